package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;

/** Parley's own router, built and served as in the gateway; the task is not told. */
public record ParleyGraph(BuiltGraph graph) implements Contender {
    @Override
    public String name() {
        return graph.recalibrated() ? "Parley graph" : "Parley graph, uncalibrated";
    }

    @Override
    public String source() {
        return "what `parley calibrate` builds and the gateway plans with"
                + (graph.recalibrated() ? "" : ", before predictions are set right on queries not learnt from");
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        return graph.on(train, seed);
    }
}
