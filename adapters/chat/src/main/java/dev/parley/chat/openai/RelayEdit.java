package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonText;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.ModelSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What must change in a client's body before a backend of the same protocol sees it. */
public final class RelayEdit {
    /** Members that talk to the gateway, not to a model. */
    public static final List<String> OURS = List.of("gateway", "models", "provider", "plugins", "moe");

    private static final String OPTIONS = "stream_options";
    private static final String INCLUDE_USAGE = "include_usage";
    /** SGLang's wish for {@code sglext.routed_experts}; vLLM reads over it and tells by the way it was started. */
    public static final String ROUTED_EXPERTS = "return_routed_experts";

    private static final RawJson TRUE = new RawJson("true");

    private RelayEdit() {}

    /** {@code model} replaced, our own members gone. */
    public static JsonBody named(ChatRequest request, ModelSpec model) {
        JsonBody body = request.model().equals(model.upstreamModel())
                ? request.body()
                : request.body().with("model", quoted(model.upstreamModel()));
        for (String name : OURS) {
            body = body.without(name);
        }
        return body;
    }

    /**
     * As {@link #named}, and usage asked for in streams, whether or not the client will see it, and the experts if it wants to see them.
     *
     * @param stream whether the backend shall stream, which a strategy may wish otherwise than the client
     */
    public static JsonBody withUsage(ChatRequest request, ModelSpec model, boolean stream) {
        JsonBody body = named(request, model);
        if (stream != request.stream()) {
            body = body.with("stream", new RawJson(Boolean.toString(stream)));
        }
        if (ExpertJson.ask(request.body()).telemetry()) {
            body = body.with(ROUTED_EXPERTS, TRUE);
        }
        return stream ? body.with(OPTIONS, askingUsage(body)) : body.without(OPTIONS);
    }

    private static RawJson askingUsage(JsonBody body) {
        RawJson given = body.member(OPTIONS).orElse(new RawJson("null"));
        if (given.text().equals("null")) {
            return new RawJson("{\"include_usage\":true}");
        }
        JsonBody asking = options(given).with(INCLUDE_USAGE, TRUE);
        return new RawJson(new String(asking.toBytes(), StandardCharsets.UTF_8));
    }

    /** Whether the client wants to see usage in the stream. */
    static boolean includeUsage(ChatRequest request) {
        RawJson given = request.body().member(OPTIONS).orElse(new RawJson("null"));
        return !given.text().equals("null") && options(given).flag(INCLUDE_USAGE);
    }

    private static JsonBody options(RawJson given) {
        if (!given.text().startsWith("{")) {
            throw ChatFailure.badRequest(OPTIONS, "Invalid type for 'stream_options': expected an object.");
        }
        return ScannedBody.of(given.text().getBytes(StandardCharsets.UTF_8));
    }

    static RawJson quoted(String text) {
        return new RawJson(JsonText.quote(text));
    }
}
