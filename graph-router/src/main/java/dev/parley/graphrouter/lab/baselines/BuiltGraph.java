package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.learn.GraphBuilder;
import java.util.IdentityHashMap;
import java.util.SplittableRandom;

/** The graph that the gateway would have, built once for all contenders that route over it in one thread. Thread-safe. */
public final class BuiltGraph {
    private final int anchors;
    private final String encoder;
    private final ThreadLocal<IdentityHashMap<TrainingSet, GraphPlanner>> last = // of one training set
            ThreadLocal.withInitial(IdentityHashMap::new);

    /**
     * @param anchors at most
     * @param encoder by which name the features come
     */
    public BuiltGraph(int anchors, String encoder) {
        this.anchors = anchors;
        this.encoder = encoder;
    }

    GraphPlanner on(TrainingSet train, long seed) {
        IdentityHashMap<TrainingSet, GraphPlanner> own = last.get();
        if (!own.containsKey(train)) {
            own.clear();
        }
        return own.computeIfAbsent(
                train,
                t -> GraphPlanner.of(
                        new GraphBuilder(t.samples(), encoder).build(anchors, new SplittableRandom(seed))));
    }
}
