package dev.parley.graphrouter.learn;

import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** What a graph says of samples it was not built from: each fold by a graph of the others. No text is in two folds. */
final class OutOfFold {
    private static final int FOLDS = 3;

    private OutOfFold() {}

    /**
     * What is predicted without a card that says anything.
     *
     * @param quality [samples][models]
     * @param tokens [samples][models] of output
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Told(double[][] quality, double[][] tokens) {}

    static Told predictions(
            List<Sample> samples,
            List<String> models,
            Function<List<Sample>, RoutingGraph> build,
            RandomGenerator random) {
        Map<String, Integer> folds = new HashMap<>();
        int[] fold = samples.stream()
                .mapToInt(sample -> folds.computeIfAbsent(sample.text(), text -> random.nextInt(FOLDS)))
                .toArray();
        List<ModelSpec> specs = models.stream().map(GraphPlanner::silent).toList();
        Told told = new Told(new double[samples.size()][], new double[samples.size()][]);
        for (int f = 0; f < FOLDS; f++) {
            List<Sample> others = new ArrayList<>();
            for (int i = 0; i < fold.length; i++) {
                if (fold[i] != f) {
                    others.add(samples.get(i));
                }
            }
            RoutingGraph graph = others.isEmpty() ? RoutingGraph.empty() : build.apply(others);
            GraphPlanner planner = GraphPlanner.of(graph);
            for (int i = 0; i < fold.length; i++) {
                if (fold[i] == f) {
                    Sample sample = samples.get(i);
                    QueryFeatures features = new QueryFeatures(sample.embedding(), graph.encoder());
                    List<Prediction> predictions = planner.predict(Query.of(sample.text()), features, specs);
                    told.quality[i] = predictions.stream()
                            .mapToDouble(Prediction::quality)
                            .toArray();
                    told.tokens[i] = predictions.stream()
                            .mapToDouble(Prediction::outputTokens)
                            .toArray();
                }
            }
        }
        return told;
    }
}
