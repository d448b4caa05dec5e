package dev.parley.chat.ollama;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.Protocol;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Map;

/** Speaks {@code POST /api/chat} to a backend. Stateless and thread-safe; its decoders are not. */
public final class OllamaClient implements ClientDialect {
    private static final String PATH = "/api/chat";

    private final InstantSource clock;

    public OllamaClient() {
        this(InstantSource.system());
    }

    /**
     * @param clock dates answers that carry no readable date
     */
    public OllamaClient(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Protocol protocol() {
        return Protocol.OLLAMA_CHAT;
    }

    @Override
    public UpstreamRequest encode(BackendCall call) {
        return new UpstreamRequest(
                PATH,
                Map.of("content-type", "application/json"),
                Buffer.buffer(new RequestWriter(call).json().bytes()));
    }

    @Override
    public AnswerDecoder decoder(BackendCall call) {
        return new LineDecoder(call, clock.instant().getEpochSecond());
    }

    @Override
    public ChatFailure failure(int status, Map<String, String> headers, Buffer body) {
        return AnswerFailure.of(status, body);
    }
}
