package dev.parley.moe;

import dev.parley.moe.engine.remix.GateReferences;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code parley moe experts} found out about a model's experts.
 *
 * @param sets of experts by task
 * @param references for re-mixing; empty where none of the questions was answered rightly
 */
record Calibration(Map<String, ExpertRules.ExpertSet> sets, Optional<GateReferences> references) {
    static final Calibration NONE = new Calibration(Map.of(), Optional.empty());

    Calibration {
        sets = Map.copyOf(sets);
    }
}
