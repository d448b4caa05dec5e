package dev.parley.graphrouter.lab.baselines;

import dev.parley.config.ModelId;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.routers.Routers;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One of the gateway's other routers, made by the gateway's own code over the graph that the gateway would have.
 *
 * @param probable whether its word is meant as a chance
 */
public record OnGraph(RouterSpec spec, String source, boolean probable, BuiltGraph graph) implements Contender {
    @Override
    public String name() {
        return "router " + spec.id();
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        List<ModelId> models = train.models().stream().map(ModelId::new).toList();
        return Routers.of(spec, graph.on(train, seed), models, OnGraph::embed);
    }

    private static CompletableFuture<QueryFeatures> embed(Query query) {
        throw new IllegalStateException("the lab has no encoder to embed examples with");
    }
}
