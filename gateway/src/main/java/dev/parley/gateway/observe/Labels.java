package dev.parley.gateway.observe;

import dev.parley.config.BackendSpec;
import dev.parley.config.ExperimentSpec;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Keeps labels few: only configured names appear; a client's own words become {@code other}. Immutable. */
final class Labels {
    private static final String OTHER = "other";
    private static final Set<String> FIXED_POLICIES = Set.of("direct", "");

    private final Set<String> models;
    private final Set<String> policies;
    private final Set<String> experiments;
    private final Map<String, String> providers;

    Labels(ParleyConfig config) {
        models = config.models().stream()
                .map(ModelSpec::id)
                .map(Object::toString)
                .collect(Collectors.toUnmodifiableSet());
        policies = config.policies().stream().map(PolicySpec::id).collect(Collectors.toUnmodifiableSet());
        experiments = config.experiments().stream().map(ExperimentSpec::id).collect(Collectors.toUnmodifiableSet());
        providers = config.backends().stream()
                .collect(Collectors.toUnmodifiableMap(BackendSpec::id, Labels::provider, (a, b) -> a));
    }

    String model(String name) {
        return models.contains(name) ? name : OTHER;
    }

    String policy(String name) {
        return policies.contains(name) || FIXED_POLICIES.contains(name) ? name : OTHER;
    }

    String experiment(String name) {
        return experiments.contains(name) ? name : OTHER;
    }

    String backend(String name) {
        return providers.containsKey(name) ? name : OTHER;
    }

    /** {@code gen_ai.provider.name}. */
    String provider(String backend) {
        return providers.getOrDefault(backend, OTHER);
    }

    private static String provider(BackendSpec backend) {
        return switch (backend) {
            case BackendSpec.Http http -> http.protocol().name().toLowerCase(Locale.ROOT);
            case BackendSpec.Moe ignored -> "parley";
            case BackendSpec.LlamaCpp ignored -> "llamacpp";
            case BackendSpec.Embedding ignored -> "parley";
        };
    }
}
