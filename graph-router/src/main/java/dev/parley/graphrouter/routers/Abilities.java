package dev.parley.graphrouter.routers;

import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import java.util.List;
import java.util.Optional;

/**
 * Item response theory: P(good answer) = sigmoid(skills of the model's card, weighed by what the query asks for, less its difficulty).
 * Outcomes do not count. Queries whose profile is not known are left to the graph. Thread-safe. Source: IRT-Router (Song et al. 2025).
 */
record Abilities(String name, GraphPlanner graph) implements Router {
    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        Forecast below = graph.forecast(query, features, candidates);
        Optional<QueryProfile> profile = features.profile();
        if (profile.isEmpty()) {
            return below;
        }
        return Overlay.qualities(
                name,
                below.tier(),
                below,
                graph.declared(candidates, profile.get()),
                "skills for " + profile.get().words());
    }
}
