package dev.parley.gateway.pipeline.ask;

import dev.parley.chat.ChatFailure;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import java.util.Optional;

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

    /** RouteLLM's {@code router-<name>-<threshold>}. */
    record Threshold(double value) implements Target {}

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
            return new Auto(withoutTag(name.substring("auto:".length())));
        }
        if (name.startsWith("router-")) {
            return threshold(name);
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

    private static Threshold threshold(String name) {
        int dash = name.lastIndexOf('-');
        String router = dash <= "router".length() ? "" : name.substring("router-".length(), dash);
        if (!router.equals("graph")) {
            throw ChatFailure.badRequest(
                    "model", "There is no router '" + shown(router) + "'. Known: router-graph-<threshold 0..1>.");
        }
        try {
            double value = Double.parseDouble(name.substring(dash + 1));
            if (value >= 0 && value <= 1) {
                return new Threshold(value);
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw ChatFailure.badRequest("model", "The threshold in 'router-graph-<threshold>' must be a number 0..1.");
    }
}
