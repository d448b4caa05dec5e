package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.learn.GraphBuilder;
import java.util.SplittableRandom;

/**
 * Parley's own router, built and served as in the gateway; the task is not told.
 *
 * @param anchors at most
 * @param encoder by which name the features come
 */
public record ParleyGraph(int anchors, String encoder) implements Contender {
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
        return GraphPlanner.of(new GraphBuilder(train.samples(), encoder).build(anchors, new SplittableRandom(seed)));
    }
}
