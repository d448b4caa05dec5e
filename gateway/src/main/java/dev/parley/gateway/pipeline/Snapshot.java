package dev.parley.gateway.pipeline;

import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.graphrouter.GraphPlanner;
import java.util.List;

/**
 * What a request begins with and keeps: a reload swaps the whole for later ones.
 *
 * @param planner for this configuration's models
 * @param candidates models that {@code auto} may choose
 */
public record Snapshot(ParleyConfig config, GraphPlanner planner, List<ModelSpec> candidates) {
    public Snapshot {
        candidates = List.copyOf(candidates);
    }
}
