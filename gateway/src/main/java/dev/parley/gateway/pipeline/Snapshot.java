package dev.parley.gateway.pipeline;

import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import java.util.List;
import java.util.Map;

/**
 * What a request begins with and keeps: a reload swaps the whole for later ones.
 *
 * @param planner for this configuration's models
 * @param routers by the ids of the configuration's routers
 * @param candidates models that {@code auto} may choose
 */
public record Snapshot(
        ParleyConfig config, GraphPlanner planner, Map<String, Router> routers, List<ModelSpec> candidates) {
    public Snapshot {
        routers = Map.copyOf(routers);
        candidates = List.copyOf(candidates);
    }

    /** @param id of the configuration, which knows no others */
    public Router router(String id) {
        Router router = routers.get(id);
        if (router == null) {
            throw new IllegalStateException("no router '" + id + "'");
        }
        return router;
    }
}
