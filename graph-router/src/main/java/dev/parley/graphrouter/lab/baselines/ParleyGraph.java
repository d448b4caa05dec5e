package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.calibrate.Recalibration;

/**
 * Parley's own router, built and served as in the gateway; the task is not told.
 *
 * @param recalibrated as in the gateway; else its predictions are taken at their word
 */
public record ParleyGraph(BuiltGraph graph, boolean recalibrated) implements Contender {
    @Override
    public String name() {
        return recalibrated ? "Parley graph" : "Parley graph, uncalibrated";
    }

    @Override
    public String source() {
        return "what `parley calibrate` builds and the gateway plans with"
                + (recalibrated ? "" : ", before predictions are set right on queries not learnt from");
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        GraphPlanner built = graph.on(train, seed);
        return recalibrated ? built : GraphPlanner.of(built.graph().recalibrated(Recalibration.NONE));
    }
}
