package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.Turn;
import dev.parley.chat.json.JsonView;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * {@code POST /api/generate}. Streams unless told otherwise. What only the model's own server can do ({@code raw}, {@code template},
 * {@code suffix}, a {@code context} of token ids) is relayed to Ollama backends and refused elsewhere. Stateless and thread-safe; its
 * encoders and taps are not.
 */
public final class OllamaGenerateServer implements ServerDialect {
    private final Common common;

    public OllamaGenerateServer() {
        this(System::nanoTime);
    }

    /**
     * @param nanoTime measures the durations in answers
     */
    OllamaGenerateServer(LongSupplier nanoTime) {
        common = new Common(Shape.GENERATE, nanoTime);
    }

    @Override
    public Protocol protocol() {
        return common.protocol();
    }

    @Override
    public ChatRequest decode(byte[] body) {
        return common.decode(body, OllamaGenerateServer::read);
    }

    private static Conversation read(JsonBody body) {
        JsonView root = JsonView.of(body);
        refuseForeign(root);
        List<Turn> turns = new ArrayList<>();
        String system = root.string("system", "");
        if (!system.isEmpty()) {
            turns.add(Turn.text(Turn.Role.SYSTEM, system));
        }
        List<Part> parts = new ArrayList<>(ChatTurns.images(root));
        String prompt = root.string("prompt", "");
        if (!prompt.isEmpty()) {
            parts.addFirst(new Part.Text(prompt));
            turns.add(new Turn(Turn.Role.USER, parts));
        }
        return new RequestReader(root).conversation(turns);
    }

    private static void refuseForeign(JsonView root) {
        if (root.flag("raw")) {
            throw refusal("raw", "a raw prompt");
        }
        for (String name : List.of("template", "suffix")) {
            if (!root.string(name, "").isEmpty()) {
                throw refusal(name, "a " + name + " of the request's own");
            }
        }
        if (!root.items("context").isEmpty()) {
            throw refusal("context", "a context of token ids");
        }
    }

    private static ChatFailure refusal(String name, String what) {
        return ChatFailure.badRequest(
                name,
                "'" + name + "': " + what
                        + " is only possible with a model served by Ollama; leave it out, or use /api/chat.");
    }

    @Override
    public Optional<Buffer> immediate(ChatRequest request, AnswerHead head) {
        boolean empty = request.body().string("prompt").orElse("").isEmpty();
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
