package dev.parley.chat.anthropic;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.Protocol;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Map;

/** Speaks {@code POST /v1/messages} to a backend (wire-contract section 11). Stateless and thread-safe; its decoders are not. */
public final class AnthropicClient implements ClientDialect {
    private static final String VERSION = "anthropic-version";
    private static final String PATH = "/v1/messages";

    private final InstantSource clock;

    public AnthropicClient() {
        this(InstantSource.system());
    }

    /**
     * @param clock dates answers, which carry no date of their own
     */
    public AnthropicClient(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Protocol protocol() {
        return Protocol.ANTHROPIC_MESSAGES;
    }

    @Override
    public UpstreamRequest encode(BackendCall call) {
        String version = call.headers().getOrDefault(VERSION, "2023-06-01");
        return new UpstreamRequest(
                PATH,
                Map.of("content-type", "application/json", VERSION, version),
                Buffer.buffer(new RequestWriter(call).json().bytes()));
    }

    @Override
    public AnswerDecoder decoder(BackendCall call) {
        long now = clock.instant().getEpochSecond();
        return call.stream() ? new StreamDecoder(call, now) : new WholeDecoder(call, now);
    }

    @Override
    public ChatFailure failure(int status, Map<String, String> headers, Buffer body) {
        return AnswerFailure.of(status, headers, body);
    }
}
