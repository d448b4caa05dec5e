package dev.parley.graphrouter.routers;

import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;

/** Prefers the least predicted latency. Thread-safe if its base is. */
record Fastest(String name, Router base) implements Router {
    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        Forecast below = base.forecast(query, features, candidates);
        double[] liking = below.predictions().stream()
                .mapToDouble(p -> -(double) p.latency().toNanos())
                .toArray();
        return Overlay.preferring(name, below, liking, "the fastest");
    }
}
