package dev.parley.gateway.pipeline.front;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;
import java.util.concurrent.Flow;

/** What goes back to the client; {@code http} writes it. Headers hold all but content-type, content-length and the request id. */
public sealed interface Reply {
    Map<String, String> headers();

    /** A whole body. */
    record Whole(int status, Map<String, String> headers, String contentType, Buffer body) implements Reply {}

    /** Events to encode one by one; the first event exists already, so status 200 is certain. */
    record Streamed(
            Map<String, String> headers,
            Flow.Publisher<ChatEvent> events,
            ServerDialect.AnswerEncoder encoder,
            ServerDialect dialect)
            implements Reply {}

    /** A backend's answer (status 200, paused) of the client's own protocol, through a tap. {@code stream}: server-sent events. */
    record Relayed(
            Map<String, String> headers,
            HttpClientResponse upstream,
            RelayTap tap,
            ServerDialect dialect,
            boolean stream)
            implements Reply {}
}
