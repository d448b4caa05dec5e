package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;

/** A way to make a router from outcomes. */
public interface Contender {
    /** Short name, for tables and legends. */
    String name();

    /** Where it comes from. */
    String source();

    /** Whether what it says of a model is meant as the chance of a good answer, so that it can be held to it. */
    default boolean probable() {
        return true;
    }

    /** Deterministic given the seed; thread-safe. */
    Router fit(TrainingSet train, long seed);
}
