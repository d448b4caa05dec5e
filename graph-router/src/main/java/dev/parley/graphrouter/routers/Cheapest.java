package dev.parley.graphrouter.routers;

import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;

/** Prefers the least predicted cost; an unknown price comes last. Thread-safe if its base is. */
record Cheapest(String name, Router base) implements Router {
    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        Forecast below = base.forecast(query, features, candidates);
        double[] liking =
                below.predictions().stream().mapToDouble(Cheapest::liking).toArray();
        return Overlay.preferring(name, below, liking, "the cheapest");
    }

    private static double liking(Prediction p) {
        return p.costNanoUsd().isPresent() ? -(double) p.costNanoUsd().getAsLong() : Overlay.DISLIKED;
    }
}
