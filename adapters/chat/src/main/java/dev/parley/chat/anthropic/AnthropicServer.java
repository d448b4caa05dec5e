package dev.parley.chat.anthropic;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.json.JsonText;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** {@code POST /v1/messages} (wire-contract section 10). Stateless and thread-safe; its encoders and taps are not. */
public final class AnthropicServer implements ServerDialect {
    /** Our own object within a request or an answer. */
    static final String GATEWAY = "gateway";

    /** Members that talk to the gateway, not to a model (wire-contract section 12); Anthropic refuses members it does not know. */
    static final List<String> OURS = List.of(GATEWAY, "models", "provider", "plugins", "moe");

    @Override
    public Protocol protocol() {
        return Protocol.ANTHROPIC_MESSAGES;
    }

    @Override
    public ChatRequest decode(byte[] body) {
        JsonBody json = ScannedBody.of(body);
        need(json, "max_tokens");
        return read(json);
    }

    /** Reads a body whose {@code max_tokens} may be missing, as {@code count_tokens} allows. */
    static ChatRequest read(JsonBody json) {
        String model = json.string("model").orElseThrow(() -> missing("model"));
        need(json, "messages");
        return new ChatRequest(
                Protocol.ANTHROPIC_MESSAGES, json, model, json.flag("stream"), () -> RequestReader.read(json));
    }

    private static void need(JsonBody json, String name) {
        if (json.member(name).filter(value -> !value.text().equals("null")).isEmpty()) {
            throw missing(name);
        }
    }

    private static ChatFailure missing(String name) {
        return ChatFailure.badRequest(name, "Missing required parameter: '" + name + "'.");
    }

    @Override
    public AnswerEncoder encoder(ChatRequest request, AnswerHead head) {
        return new MessageEncoder(request, head);
    }

    @Override
    public JsonBody relayBody(ChatRequest request, ModelSpec model) {
        JsonBody body = request.body().with("model", quoted(model.upstreamModel()));
        for (String name : OURS) {
            body = body.without(name);
        }
        return body;
    }

    @Override
    public RelayTap tap(ChatRequest request, AnswerHead head) {
        return request.stream() ? new StreamTap(head) : new WholeTap(head);
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return ErrorShape.broken(failure, requestId);
    }

    @Override
    public ErrorAnswer error(ChatFailure failure, String requestId) {
        return ErrorShape.answer(failure, requestId);
    }

    static RawJson quoted(String text) {
        return new RawJson(JsonText.quote(text));
    }

    static boolean explains(AnswerHead head) {
        return !head.explanation().text().equals("{}");
    }
}
