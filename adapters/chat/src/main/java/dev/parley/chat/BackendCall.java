package dev.parley.chat;

import dev.parley.config.ModelSpec;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One call of one model.
 *
 * @param model whom to ask; {@code model.upstreamModel()} is its name there
 * @param request what to ask
 * @param stream whether the backend should answer piecewise; events are the same either way
 * @param headers to send on: trace context, anthropic-beta, anthropic-version, idempotency-key
 * @param deadline after which the call fails with UPSTREAM_TIMEOUT
 * @param warnings told in one short clause what the translation had to drop; in strict mode it throws
 */
public record BackendCall(
        ModelSpec model,
        ChatRequest request,
        boolean stream,
        Map<String, String> headers,
        Instant deadline,
        Consumer<String> warnings) {
    public BackendCall {
        headers = Map.copyOf(headers);
    }
}
