package dev.parley.gateway.admin;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Outcomes as they happen, as server-sent events {@code outcome}. A reader that falls behind misses events and is told how many
 * ({@code skipped}); it never slows the gateway down or fills its memory.
 */
final class LiveFeed {
    private static final long HEARTBEAT_MILLIS = 15_000;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

    void subscribe(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.setChunked(true)
                .putHeader("content-type", "text/event-stream; charset=utf-8")
                .putHeader("cache-control", "no-store");
        Vertx vertx = context.vertx();
        Reader reader = new Reader(vertx.getOrCreateContext(), response);
        readers.add(reader);
        response.write(": hello\n\n");
        long beat = vertx.setPeriodic(HEARTBEAT_MILLIS, id -> reader.send(": still here\n\n"));
        response.endHandler(v -> leave(vertx, beat, reader));
        response.closeHandler(v -> leave(vertx, beat, reader));
        response.exceptionHandler(error -> leave(vertx, beat, reader));
    }

    private void leave(Vertx vertx, long beat, Reader reader) {
        vertx.cancelTimer(beat);
        readers.remove(reader);
    }

    /** From any thread. The text is only made if somebody looks. */
    void publish(Supplier<String> json) {
        if (readers.isEmpty()) {
            return;
        }
        String event = "event: outcome\ndata: " + json.get() + "\n\n";
        for (Reader reader : readers) {
            reader.context.runOnContext(v -> reader.send(event));
        }
    }

    int size() {
        return readers.size();
    }

    void close() {
        readers.forEach(reader -> reader.context.runOnContext(v -> reader.response.end()));
    }

    /** Confined to its context. */
    private static final class Reader {
        private final Context context;
        private final HttpServerResponse response;
        private long skipped;

        Reader(Context context, HttpServerResponse response) {
            this.context = context;
            this.response = response;
        }

        void send(String event) {
            if (response.ended() || response.closed()) {
                return;
            }
            if (response.writeQueueFull()) {
                skipped++;
                return;
            }
            if (skipped > 0) {
                response.write("event: skipped\ndata: " + skipped + "\n\n");
                skipped = 0;
            }
            response.write(event);
        }
    }
}
