package dev.parley.gateway.pipeline.ask;

import dev.parley.chat.ChatFailure;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.RouterSpec;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a request's {@code model} means (wire-contract section 12). */
public sealed interface Target {

    /** A concrete model: no routing. */
    record Concrete(ModelSpec model) implements Target {}

    /**
     * {@code auto} or {@code auto:<policy>}.
     *
     * @param policy empty for the default one
     */
    record Auto(String policy) implements Target {}

    /**
     * RouteLLM's {@code router-<id>-<threshold>}.
     *
     * @param router id of a configured router
     * @param value what the strong model's lead must exceed, 0..1
     * @param lead what is compared: RouteLLM's chance to win for its own router, else the difference of quality
     */
    record Threshold(String router, double value, PolicySpec.Lead lead) implements Target {}

    /** Reads a model name. Throws {@link ChatFailure} MODEL_NOT_FOUND or BAD_REQUEST. */
    static Target of(String name, ParleyConfig config) {
        Optional<ModelSpec> concrete = find(name, config);
        if (concrete.isPresent()) {
            return new Concrete(concrete.get());
        }
        String plain = withoutTag(name);
        if (plain.equals("auto") || plain.equals("parley/auto") || plain.equals("openrouter/auto")) {
            return new Auto("");
        }
        if (name.startsWith("auto:")) {
            return auto(withoutTag(name.substring("auto:".length())), config);
        }
        if (name.startsWith("router-")) {
            return threshold(name, config);
        }
        throw ChatFailure.builder(
                        ChatFailure.Kind.MODEL_NOT_FOUND,
                        "The model '" + shown(name)
                                + "' does not exist. Ask for 'auto', 'auto:<policy>' or one of GET /v1/models.")
                .param("model")
                .build();
    }

    /** The model of that name; Ollama clients add {@code :latest}. */
    static Optional<ModelSpec> find(String name, ParleyConfig config) {
        if (name.isBlank()) {
            return Optional.empty();
        }
        return config.model(new ModelId(name)).or(() -> {
            String plain = withoutTag(name);
            return plain.isBlank() || plain.equals(name) ? Optional.empty() : config.model(new ModelId(plain));
        });
    }

    private static String withoutTag(String name) {
        return name.endsWith(":latest") ? name.substring(0, name.length() - ":latest".length()) : name;
    }

    private static String shown(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "...";
    }

    private static Auto auto(String policy, ParleyConfig config) {
        if (policy.isBlank()) {
            String known = config.policies().stream().map(PolicySpec::id).collect(Collectors.joining(", "));
            throw ChatFailure.badRequest(
                    "model",
                    "'auto:' must be followed by the name of a policy: " + known
                            + ". The model 'auto' leaves the policy to the gateway.");
        }
        return new Auto(policy);
    }

    private static Threshold threshold(String name, ParleyConfig config) {
        int dash = name.lastIndexOf('-');
        String id = dash <= "router".length() ? "" : name.substring("router-".length(), dash);
        RouterSpec router = config.routers().stream()
                .filter(r -> r.id().equals(id))
                .findFirst()
                .orElseThrow(() -> unknown(id, config));
        PolicySpec.Lead lead =
                router instanceof RouterSpec.Factors ? PolicySpec.Lead.WIN_RATE : PolicySpec.Lead.ADVANTAGE;
        try {
            double value = Double.parseDouble(name.substring(dash + 1));
            if (value >= 0 && value <= 1) {
                return new Threshold(id, value, lead);
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw ChatFailure.badRequest(
                "model", "The threshold in 'router-" + id + "-<threshold>' must be a number 0..1.");
    }

    private static ChatFailure unknown(String router, ParleyConfig config) {
        String known = config.routers().stream().map(RouterSpec::id).collect(Collectors.joining(", "));
        return ChatFailure.badRequest(
                "model",
                "There is no router '" + shown(router) + "'. Known for router-<id>-<threshold 0..1>: " + known
                        + "; others are listed under 'routers' in the configuration.");
    }
}
