package dev.parley.graphrouter.lab.baselines;

import dev.parley.config.ModelId;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.routers.Routers;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One of the gateway's other routers, made by the gateway's own code over the graph that the gateway would have.
 *
 * @param spec what it is told, which may come from the outcomes
 * @param probable whether its word is meant as a chance
 */
public record OnGraph(
        String id, Function<TrainingSet, RouterSpec> spec, String source, boolean probable, BuiltGraph graph)
        implements Contender {
    static final Routers.Embedder NO_ENCODER = query ->
            CompletableFuture.failedFuture(new IllegalStateException("the lab has no encoder to embed examples with"));

    /** One that is told the same whatever the outcomes. */
    public static OnGraph of(RouterSpec spec, String source, boolean probable, BuiltGraph graph) {
        return new OnGraph(spec.id(), train -> spec, source, probable, graph);
    }

    /** {@code rules}: for each task, as the graph tells it, the models by their means on that task. */
    public static OnGraph rules(BuiltGraph graph) {
        String source = "one rule a task: the models by their means, best first";
        return new OnGraph("rules", train -> new RouterSpec.Rules("rules", rules(train)), source, false, graph);
    }

    /** {@code shares}: each model an equal one. */
    public static OnGraph shares(BuiltGraph graph) {
        return new OnGraph(
                "shares",
                train -> new RouterSpec.Shares(
                        "shares", ids(train).stream().collect(Collectors.toMap(id -> id, id -> 1.0))),
                "equal shares (weighted rendezvous hashing, Thaler and Ravishankar 1998)",
                false,
                graph);
    }

    private static List<RouterSpec.Rule> rules(TrainingSet train) {
        return new TreeMap<>(TaskTable.of(train, train.means()))
                .entrySet().stream()
                        .map(task -> new RouterSpec.Rule(about(task.getKey()), ordered(train, task.getValue()[0])))
                        .toList();
    }

    private static RouterSpec.When about(String task) {
        return new RouterSpec.When(
                Set.of(task), List.of(), "", Set.of(), 0, Integer.MAX_VALUE, 1, RouterSpec.Read.ANYTHING);
    }

    private static List<ModelId> ordered(TrainingSet train, double[] means) {
        return IntStream.range(0, means.length)
                .boxed()
                .sorted(Comparator.comparingDouble(m -> -means[m]))
                .map(m -> new ModelId(train.models().get(m)))
                .toList();
    }

    private static List<ModelId> ids(TrainingSet train) {
        return train.models().stream().map(ModelId::new).toList();
    }

    @Override
    public String name() {
        return "router " + id;
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        return Routers.of(spec.apply(train), graph.on(train, seed), ids(train), NO_ENCODER);
    }
}
