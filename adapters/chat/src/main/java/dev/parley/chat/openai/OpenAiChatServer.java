package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Protocol;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;

/** {@code POST /v1/chat/completions} (openai/openai-openapi 2.3.0; wire-contract sections 3 to 6). Thread-safe. */
public final class OpenAiChatServer implements ServerDialect {
    @Override
    public Protocol protocol() {
        return Protocol.OPENAI_CHAT;
    }

    @Override
    public ChatRequest decode(byte[] bytes) {
        JsonBody body = ScannedBody.of(bytes);
        String model = Required.model(body);
        Required.present(body, "messages");
        Required.streamOptions(body);
        return new ChatRequest(Protocol.OPENAI_CHAT, body, model, body.flag("stream"), () -> ChatReader.read(body));
    }

    @Override
    public AnswerEncoder encoder(ChatRequest request, AnswerHead head) {
        return new ChatEncoder(head, RelayEdit.includeUsage(request));
    }

    @Override
    public JsonBody relayBody(ChatRequest request, ModelSpec model) {
        return RelayEdit.withUsage(request, model, request.stream());
    }

    @Override
    public RelayTap tap(ChatRequest request, AnswerHead head) {
        return request.stream() ? new StreamTap(request, head, "chat.completion.chunk") : new WholeTap(head);
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return OpenAiErrors.broken(failure);
    }

    @Override
    public ErrorAnswer error(ChatFailure failure, String requestId) {
        return OpenAiErrors.answer(failure);
    }
}
