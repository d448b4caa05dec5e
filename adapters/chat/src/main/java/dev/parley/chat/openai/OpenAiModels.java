package dev.parley.chat.openai;

import dev.parley.chat.json.JsonOut;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/**
 * {@code GET /v1/models}: one superset object serves OpenAI's and Anthropic's clients alike (wire-contract section 7). Pure,
 * thread-safe.
 */
public final class OpenAiModels {
    private static final String OWNER = "parley";

    private OpenAiModels() {}

    /**
     * All models.
     *
     * @param virtual routed names such as {@code auto}, listed first
     * @param createdEpochSecond told of every model
     */
    public static Buffer list(List<ModelSpec> models, List<String> virtual, long createdEpochSecond) {
        JsonOut out = new JsonOut();
        out.object().member("object", "list").array("data");
        virtual.forEach(name -> routed(out, name, createdEpochSecond));
        models.forEach(model -> concrete(out, model, createdEpochSecond));
        out.endArray().member("has_more", false);
        List<String> ids = java.util.stream.Stream.concat(
                        virtual.stream(),
                        models.stream().map(model -> model.id().value()))
                .toList();
        if (ids.isEmpty()) {
            out.nul("first_id").nul("last_id");
        } else {
            out.member("first_id", ids.getFirst()).member("last_id", ids.getLast());
        }
        return Buffer.buffer(out.endObject().bytes());
    }

    public static Buffer one(ModelSpec model, long createdEpochSecond) {
        JsonOut out = new JsonOut();
        concrete(out, model, createdEpochSecond);
        return Buffer.buffer(out.bytes());
    }

    /** A routed name. */
    public static Buffer virtual(String name, long createdEpochSecond) {
        JsonOut out = new JsonOut();
        routed(out, name, createdEpochSecond);
        return Buffer.buffer(out.bytes());
    }

    private static void routed(JsonOut out, String name, long created) {
        head(out, name, name, OWNER, created);
        out.endObject();
    }

    private static void concrete(JsonOut out, ModelSpec model, long created) {
        String owner =
                model.card().owner().isEmpty() ? model.backend() : model.card().owner();
        head(out, model.id().value(), model.id().value(), owner, created);
        out.member("max_input_tokens", model.contextTokens()).member("max_tokens", model.maxOutputTokens());
        out.endObject();
    }

    private static void head(JsonOut out, String id, String shown, String owner, long created) {
        out.object()
                .member("id", id)
                .member("object", "model")
                .member("type", "model")
                .member("created", created)
                .member("created_at", Instant.ofEpochSecond(created).toString())
                .member("display_name", shown)
                .member("owned_by", owner);
    }
}
