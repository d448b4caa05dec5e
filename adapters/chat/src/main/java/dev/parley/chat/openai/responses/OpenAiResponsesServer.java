package dev.parley.chat.openai.responses;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Protocol;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.json.ScannedBody;
import dev.parley.chat.openai.OpenAiErrors;
import dev.parley.chat.openai.RelayEdit;
import dev.parley.chat.openai.Required;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;

/**
 * {@code POST /v1/responses}: relayed to backends that have it, else emulated on chat without stored state (wire-contract sections 8
 * and 9). Thread-safe.
 */
public final class OpenAiResponsesServer implements ServerDialect {
    @Override
    public Protocol protocol() {
        return Protocol.OPENAI_RESPONSES;
    }

    @Override
    public ChatRequest decode(byte[] bytes) {
        JsonBody body = ScannedBody.of(bytes);
        String model = Required.model(body);
        Required.present(body, "input");
        return new ChatRequest(
                Protocol.OPENAI_RESPONSES, body, model, body.flag("stream"), () -> ResponsesReader.read(body));
    }

    @Override
    public AnswerEncoder encoder(ChatRequest request, AnswerHead head) {
        return new ResponsesEncoder(request, head);
    }

    @Override
    public JsonBody relayBody(ChatRequest request, ModelSpec model) {
        return RelayEdit.named(request, model);
    }

    @Override
    public RelayTap tap(ChatRequest request, AnswerHead head) {
        return new ResponsesTap(head, request.stream());
    }

    /** The number of the frame is not known here; clients read only that it is an error. */
    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return ResponsesEncoder.broken(failure, 0);
    }

    @Override
    public ErrorAnswer error(ChatFailure failure, String requestId) {
        return OpenAiErrors.answer(failure);
    }
}
