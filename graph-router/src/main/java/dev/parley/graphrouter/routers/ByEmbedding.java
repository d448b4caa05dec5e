package dev.parley.graphrouter.routers;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.Tier;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;
import java.util.Map;

/**
 * A router that tells quality from a query's embedding. Queries without an embedding of its encoder, or none of whose candidates it knows, are left to the graph. Thread-safe.
 *
 * @param encoder whose embeddings it understands
 * @param models positions in what the opinion says
 * @param otherwise quality of other models; NaN leaves them to the graph
 */
record ByEmbedding(
        String name,
        GraphPlanner graph,
        String encoder,
        Map<ModelId, Integer> models,
        double otherwise,
        Opinion opinion)
        implements Router {

    /** Tells qualities from an embedding [dimension]. Thread-safe. */
    @FunctionalInterface
    interface Opinion {
        Said of(float[] embedding);
    }

    /** @param quality [models] */
    @SuppressWarnings("ArrayRecordComponent")
    record Said(double[] quality, String evidence) {}

    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        Forecast below = graph.forecast(query, features, candidates);
        if (!features.encoder().equals(encoder)) {
            return below;
        }
        Said said = opinion.of(features.embedding());
        double[] quality = new double[candidates.size()];
        boolean any = false;
        for (int i = 0; i < quality.length; i++) {
            Integer model = models.get(candidates.get(i).id());
            quality[i] = model == null ? otherwise : said.quality[model];
            any |= model != null;
        }
        return any ? Overlay.qualities(name, Tier.SEMANTIC, below, quality, said.evidence) : below;
    }
}
