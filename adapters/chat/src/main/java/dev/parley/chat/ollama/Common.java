package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerEncoder;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonText;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** What the two routes have in common. */
final class Common {
    /** Our own object within a request or an answer. */
    static final String GATEWAY = "gateway";

    /** Members that talk to the gateway, not to a model (wire-contract section 12). */
    static final List<String> OURS = List.of(GATEWAY, "models", "provider", "plugins", "moe");

    private static final String MODEL = "model";
    private static final String STREAM = "stream";
    private static final String NULL = "null";

    private final Shape shape;
    private final LongSupplier nanoTime;

    Common(Shape shape, LongSupplier nanoTime) {
        this.shape = shape;
        this.nanoTime = nanoTime;
    }

    Protocol protocol() {
        return shape.protocol();
    }

    ChatRequest decode(byte[] body, Function<JsonBody, Conversation> reader) {
        JsonBody json = ScannedBody.of(body);
        String model = json.string(MODEL)
                .filter(name -> !name.isBlank())
                .orElseThrow(() -> ChatFailure.badRequest(MODEL, "model is required"));
        boolean silent =
                json.member(STREAM).filter(value -> !value.text().equals(NULL)).isEmpty();
        return new ChatRequest(protocol(), json, model, silent || json.flag(STREAM), () -> reader.apply(json))
                .receivedAt(nanoTime.getAsLong());
    }

    AnswerEncoder encoder(ChatRequest request, AnswerHead head) {
        return new LineEncoder(shape, head, nanoTime, request.receivedNanos());
    }

    JsonBody relayBody(ChatRequest request, ModelSpec model) {
        JsonBody body = request.body().with(MODEL, quoted(model.upstreamModel()));
        for (String name : OURS) {
            body = body.without(name);
        }
        return body;
    }

    RelayTap tap(ChatRequest request, AnswerHead head) {
        return new LineTap(shape, head, request.stream());
    }

    /** The answer to a request without words, which only wants the model in memory (or out of it). */
    Buffer loaded(ChatRequest request, AnswerHead head) {
        boolean out = request.body()
                .member("keep_alive")
                .map(RawJson::text)
                .filter(value -> value.matches("0(\\.0*)?|\"0[a-z]*\""))
                .isPresent();
        JsonOut json = begin(head);
        shape.write(Shape.Said.NOTHING, json);
        json.member("done", true).member("done_reason", out ? "unload" : "load").endObject();
        return Buffer.buffer(json.bytes());
    }

    /** Opens a line with the members that all lines have. */
    static JsonOut begin(AnswerHead head) {
        return new JsonOut()
                .object()
                .member(MODEL, head.model())
                .member(
                        "created_at",
                        Instant.ofEpochSecond(head.createdEpochSecond()).toString());
    }

    static RawJson quoted(String text) {
        return new RawJson(JsonText.quote(text));
    }

    static boolean explains(AnswerHead head) {
        return !head.explanation().text().equals("{}");
    }
}
