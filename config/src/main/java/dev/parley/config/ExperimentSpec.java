package dev.parley.config;

import java.util.List;

/**
 * An A/B test of policies. Assignment is a pure function of seed and unit (GrowthBook hash v2), so every node agrees.
 *
 * @param id name in records
 * @param seed of the hash; a new seed reshuffles
 * @param unit what is randomised: never the single request, since a conversation must not change sides
 * @param coverage share of units that take part, 0..1
 * @param variants with weights that sum to 1
 */
public record ExperimentSpec(String id, String seed, Unit unit, double coverage, List<Variant> variants) {
    public ExperimentSpec {
        variants = List.copyOf(variants);
    }

    /** What is assigned to a variant as a whole. */
    public enum Unit {
        SESSION,
        USER,
        KEY
    }

    /**
     * @param id name in records
     * @param weight share of the units taking part, 0..1
     * @param policy id of the {@link PolicySpec} that applies
     */
    public record Variant(String id, double weight, String policy) {}
}
