package dev.parley.chat.openai.client;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Protocol;
import dev.parley.chat.openai.RelayEdit;
import dev.parley.chat.openai.UpstreamErrors;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** Chat completions towards any compatible server: OpenAI, vLLM, SGLang, llama.cpp, LM Studio, OpenRouter. Thread-safe. */
public final class OpenAiChatClient implements ClientDialect {
    private static final String PATH = "/chat/completions";

    @Override
    public Protocol protocol() {
        return Protocol.OPENAI_CHAT;
    }

    /** A chat completion request goes on as it came; all others are written from their neutral words. */
    @Override
    public UpstreamRequest encode(BackendCall call) {
        Map<String, String> headers = Map.of(
                "content-type", "application/json", "accept", call.stream() ? "text/event-stream" : "application/json");
        return new UpstreamRequest(PATH, headers, Buffer.buffer(body(call)));
    }

    private static byte[] body(BackendCall call) {
        if (call.request().protocol() == Protocol.OPENAI_CHAT && !call.request().isReworded()) {
            JsonBody edited = RelayEdit.withUsage(call.request(), call.model(), call.stream());
            return edited.toBytes();
        }
        return new RequestWriter(call).write();
    }

    @Override
    public AnswerDecoder decoder(BackendCall call) {
        return new AnswerReader(call);
    }

    @Override
    public ChatFailure failure(int status, Map<String, String> headers, Buffer body) {
        return UpstreamErrors.of(status, headers, body.getBytes());
    }
}
