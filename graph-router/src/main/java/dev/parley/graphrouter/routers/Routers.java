package dev.parley.graphrouter.routers;

import dev.parley.config.ModelId;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Makes routers of their specifications. */
public final class Routers {
    private static final long PATIENCE_SECONDS = 60;

    private Routers() {}

    /** Features of an example query, as the gateway's encoder makes them. */
    @FunctionalInterface
    public interface Embedder {
        CompletableFuture<QueryFeatures> embed(Query query);
    }

    /**
     * All of them by id. May embed examples and fit factors: not for an event loop.
     *
     * @param models that may be chosen
     * @param embedder of the examples of prototypes
     * @throws IllegalArgumentException naming the router, what it needs and the remedy
     */
    public static Map<String, Router> of(
            List<RouterSpec> specs, GraphPlanner graph, List<ModelId> models, Embedder embedder) {
        Map<String, Router> routers = new LinkedHashMap<>();
        specs.forEach(spec -> routers.put(spec.id(), of(spec, graph, models, embedder)));
        return routers;
    }

    /** One of them. */
    public static Router of(RouterSpec spec, GraphPlanner graph, List<ModelId> models, Embedder embedder) {
        return switch (spec) {
            case RouterSpec.Graph plain -> graph;
            case RouterSpec.Cheapest plain -> new Cheapest(plain.id(), graph);
            case RouterSpec.Fastest plain -> new Fastest(plain.id(), graph);
            case RouterSpec.Shares shares -> new Shares(shares.id(), graph, shares.shares());
            case RouterSpec.Rules rules -> new Rules(rules.id(), graph, rules.rules());
            case RouterSpec.Abilities plain -> new Abilities(plain.id(), graph);
            case RouterSpec.Advised advised -> new Adviser(advised, graph);
            case RouterSpec.Prototype prototype ->
                prototype.examples().isEmpty()
                        ? onGraph(spec, graph, Prototypes.of(calibrated(spec, graph)))
                        : byExample(prototype, graph, embedder);
            case RouterSpec.Categories categories -> {
                calibrated(spec, graph);
                yield new Categories(categories, graph, models);
            }
            case RouterSpec.Nearest nearest ->
                onGraph(spec, graph, new NearestOutcomes(calibrated(spec, graph), nearest.outcomes()));
            case RouterSpec.Clusters clusters -> onGraph(spec, graph, new Clusters(calibrated(spec, graph)));
            case RouterSpec.Factors factors -> onGraph(spec, graph, new Factors(calibrated(spec, graph)));
        };
    }

    private static RoutingGraph calibrated(RouterSpec spec, GraphPlanner planner) {
        RoutingGraph graph = planner.graph();
        if (graph.anchors().count() == 0 || graph.models().isEmpty()) {
            throw new IllegalArgumentException("router '" + spec.id()
                    + "' needs a routing graph with outcomes, and there is none: make one by `parley calibrate` and name it"
                    + " in routing.graph, or route by 'graph', 'irt', 'rules', 'shares', 'cheapest' or 'fastest'");
        }
        return graph;
    }

    private static Router onGraph(RouterSpec spec, GraphPlanner planner, ByEmbedding.Opinion opinion) {
        RoutingGraph graph = planner.graph();
        return new ByEmbedding(
                spec.id(), planner, graph.encoder(), Overlay.positions(graph.models()), Double.NaN, opinion);
    }

    private static Router byExample(RouterSpec.Prototype spec, GraphPlanner planner, Embedder embedder) {
        List<ModelId> owners = List.copyOf(spec.examples().keySet());
        List<List<float[]>> examples = new ArrayList<>();
        String name = "none";
        for (ModelId owner : owners) {
            List<float[]> embeddings = new ArrayList<>();
            for (String query : spec.examples().getOrDefault(owner, List.of())) {
                QueryFeatures features = embedded(spec, query, embedder);
                name = features.encoder();
                embeddings.add(features.embedding());
            }
            examples.add(embeddings);
        }
        List<String> models = owners.stream().map(ModelId::value).toList();
        return new ByEmbedding(spec.id(), planner, name, Overlay.positions(models), 0, Prototypes.ofExamples(examples));
    }

    private static QueryFeatures embedded(RouterSpec spec, String query, Embedder embedder) {
        QueryFeatures features = embedder.embed(Query.of(query))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        if (!features.embedded()) {
            throw new IllegalArgumentException("router '" + spec.id()
                    + "': its examples could not be embedded, the encoder is overloaded; try again");
        }
        return features;
    }
}
