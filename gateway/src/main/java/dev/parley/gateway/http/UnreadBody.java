package dev.parley.gateway.http;

import dev.parley.chat.backend.DeadlineWatch;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/** What to do with the body of a request that was answered before it was read. */
final class UnreadBody {
    private static final long CHEAP_BYTES = 1024 * 1024;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private UnreadBody() {}

    /** A short body is read and dropped, which keeps the connection; a long or unknown one, or one not sent yet, is not. */
    static boolean tooCostly(HttpServerRequest request) {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        return request.version() != HttpVersion.HTTP_2
                && (length == null
                        || Long.parseLong(length) > CHEAP_BYTES
                        || request.headers().contains(HttpHeaders.EXPECT));
    }

    /**
     * Reads on for a moment, then closes: closing at once would reset the connection, and the client would lose the answer while it
     * still sends.
     */
    static void discard(HttpServerRequest request, DeadlineWatch watch) {
        long start = watch.now();
        DeadlineWatch.Ticket[] ticket = new DeadlineWatch.Ticket[1];
        ticket[0] = watch.watch(now -> {
            if (request.isEnded() || now - start > PATIENCE_NANOS) {
                ticket[0].close();
                request.connection().close();
            }
        });
    }
}
