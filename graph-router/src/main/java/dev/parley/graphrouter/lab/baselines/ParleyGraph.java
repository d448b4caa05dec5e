package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;

/** Parley's own router, built and served as in the gateway; the task is not told. */
public record ParleyGraph(BuiltGraph graph) implements Contender {
    @Override
    public String name() {
        return "Parley graph";
    }

    @Override
    public String source() {
        return "what `parley calibrate` builds and the gateway plans with";
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        return graph.on(train, seed);
    }
}
