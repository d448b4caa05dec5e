package dev.parley.graphrouter.routers;

import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Routers over the small world of {@link Fixtures}, asked as the gateway asks them. */
final class Setting {
    static final Query ANY = Query.of("anything");

    private Setting() {}

    static GraphPlanner planner() {
        return GraphPlanner.of(Fixtures.graph());
    }

    static Router router(RouterSpec spec, List<ModelSpec> models) {
        return router(spec, planner(), models);
    }

    /** Examples lie on the axis that their text names. */
    static Router router(RouterSpec spec, GraphPlanner planner, List<ModelSpec> models) {
        return Routers.of(
                spec,
                planner,
                models.stream().map(ModelSpec::id).toList(),
                query -> CompletableFuture.completedFuture(Fixtures.at(Fixtures.axis(Integer.parseInt(query.text())))));
    }

    /** Quality alone weighs. */
    static Decision decide(Router router, Query query, QueryFeatures features, List<ModelSpec> models) {
        return planner().plan(router, query, features, models, Wish.of(Fixtures.weighted(0)));
    }

    /** On the axis of a task. */
    static Decision decide(Router router, int axis, List<ModelSpec> models) {
        return decide(router, ANY, Fixtures.at(Fixtures.axis(axis)), models);
    }
}
