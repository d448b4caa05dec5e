package dev.parley.config;

import java.util.List;
import java.util.Optional;

/** The whole configuration: validated, immutable. A request keeps the one it began with. */
public record ParleyConfig(
        ServerSpec server,
        RoutingSpec routing,
        CacheSpec cache,
        RecordSpec record,
        List<BackendSpec> backends,
        List<ModelSpec> models,
        List<PolicySpec> policies,
        List<KeySpec> keys,
        List<ExperimentSpec> experiments,
        List<RouterSpec> routers) {
    public ParleyConfig {
        backends = List.copyOf(backends);
        models = List.copyOf(models);
        policies = List.copyOf(policies);
        keys = List.copyOf(keys);
        experiments = List.copyOf(experiments);
        routers = List.copyOf(routers);
    }

    /** Routed by the graph alone. */
    public ParleyConfig(
            ServerSpec server,
            RoutingSpec routing,
            CacheSpec cache,
            RecordSpec record,
            List<BackendSpec> backends,
            List<ModelSpec> models,
            List<PolicySpec> policies,
            List<KeySpec> keys,
            List<ExperimentSpec> experiments) {
        this(
                server,
                routing,
                cache,
                record,
                backends,
                models,
                policies,
                keys,
                experiments,
                List.of(new RouterSpec.Graph(RoutingSpec.GRAPH)));
    }

    public Optional<ModelSpec> model(ModelId id) {
        // A loop, not a stream: asked several times in every request.
        for (ModelSpec model : models) {
            if (model.id().equals(id)) {
                return Optional.of(model);
            }
        }
        return Optional.empty();
    }

    /** The models that a backend serves. */
    public List<ModelSpec> modelsOf(String backend) {
        return models.stream().filter(model -> model.backend().equals(backend)).toList();
    }

    public Optional<PolicySpec> policy(String id) {
        return policies.stream().filter(p -> p.id().equals(id)).findFirst();
    }

    public Optional<BackendSpec> backend(String id) {
        for (BackendSpec backend : backends) {
            if (backend.id().equals(id)) {
                return Optional.of(backend);
            }
        }
        return Optional.empty();
    }
}
