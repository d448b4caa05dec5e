package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.json.JsonView;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** {@code POST /api/chat}. Streams unless told otherwise. Stateless and thread-safe; its encoders and taps are not. */
public final class OllamaChatServer implements ServerDialect {
    private static final Pattern EMPTY_ARRAY = Pattern.compile("\\[\\s*]");

    private final Common common;

    public OllamaChatServer() {
        this(System::nanoTime);
    }

    /**
     * @param nanoTime measures the durations in answers
     */
    OllamaChatServer(LongSupplier nanoTime) {
        common = new Common(Shape.CHAT, nanoTime);
    }

    @Override
    public Protocol protocol() {
        return common.protocol();
    }

    @Override
    public ChatRequest decode(byte[] body) {
        return common.decode(body, OllamaChatServer::read);
    }

    private static Conversation read(JsonBody body) {
        JsonView root = JsonView.of(body);
        return new RequestReader(root).conversation(new ChatTurns().read(root.items("messages")));
    }

    @Override
    public Optional<Buffer> immediate(ChatRequest request, AnswerHead head) {
        boolean empty = request.body()
                .member("messages")
                .map(RawJson::text)
                .filter(text ->
                        !text.equals("null") && !EMPTY_ARRAY.matcher(text).matches())
                .isEmpty();
        return empty ? Optional.of(common.loaded(request, head)) : Optional.empty();
    }

    @Override
    public AnswerEncoder encoder(ChatRequest request, AnswerHead head) {
        return common.encoder(request, head);
    }

    @Override
    public JsonBody relayBody(ChatRequest request, ModelSpec model) {
        return common.relayBody(request, model);
    }

    @Override
    public RelayTap tap(ChatRequest request, AnswerHead head) {
        return common.tap(request, head);
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return ErrorShape.broken(failure);
    }

    @Override
    public ErrorAnswer error(ChatFailure failure, String requestId) {
        return ErrorShape.answer(failure);
    }
}
