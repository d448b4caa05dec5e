package dev.parley.gateway.http;

import dev.parley.chat.backend.DeadlineWatch;
import dev.parley.chat.backend.HeapBuffers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a body piece by piece, with one write for all that arrives within one turn of the event loop: the flush is queued on the
 * loop itself, behind the reads in hand, so nothing waits for a timer and nothing is held back. Tells its source when the client is
 * slow. Belongs to one event loop.
 */
final class Outbox {
    /** A whole answer up to here is sent with its length; a longer one goes out in chunks as it comes. */
    private static final int HELD_BYTES = 64 * 1024;

    private final HttpServerResponse response;
    private final Context context;
    private final Source source;
    private final boolean stream;
    private final List<Buffer> pending = new ArrayList<>();
    private int pendingBytes;
    private boolean scheduled;
    private boolean begun;
    private boolean closed;
    private boolean betweenEvents = true;
    private @Nullable DeadlineWatch clock;
    private long writtenNanos;

    /** Where the pieces come from. */
    interface Source {
        /** The client does not keep up: stop. */
        void full();

        /** There is room, after every flush and after the queue has drained. */
        void room();

        /** The first bytes are on their way. */
        void begun();
    }

    /**
     * @param stream pieces are events that leave at once; otherwise a short answer is held until it is whole, so that its length can
     *     be named
     */
    Outbox(HttpServerResponse response, Context context, Source source, boolean stream) {
        this.response = response;
        this.context = context;
        this.source = source;
        this.stream = stream;
    }

    /** Sends the head of a stream at the end of this turn, with whatever is there by then. */
    void open() {
        if (stream) {
            schedule();
        }
    }

    void add(Buffer bytes) {
        int length = bytes.length();
        if (closed || length == 0) {
            return;
        }
        pending.add(bytes);
        pendingBytes += length;
        betweenEvents = length >= 2 && isBreak(bytes.getByte(length - 1)) && isBreak(bytes.getByte(length - 2));
        if (stream || begun || pendingBytes > HELD_BYTES) {
            schedule();
        }
    }

    private static boolean isBreak(byte b) {
        return b == '\n' || b == '\r';
    }

    /** Notes the time of writes from now on, for {@link #idleBetweenEvents}. */
    void timed(DeadlineWatch by) {
        clock = by;
        writtenNanos = by.now();
    }

    /** Whether nothing was written for so long and the last bytes ended an event, so that a comment may follow. */
    boolean idleBetweenEvents(long nowNanos, long nanos) {
        return nowNanos - writtenNanos > nanos
                && betweenEvents
                && begun
                && !closed
                && pending.isEmpty()
                && !response.writeQueueFull();
    }

    /** Whether the head has left. */
    boolean hasBegun() {
        return begun;
    }

    /** Sends the last bytes; with all that is pending in one write. */
    Future<Void> end(Buffer last) {
        add(last);
        closed = true;
        boolean first = !begun;
        begun = true;
        if (first && stream) {
            response.setChunked(true);
        }
        Future<Void> sent = response.end(taken());
        if (first) {
            source.begun();
        }
        return sent;
    }

    /** Sends the last bytes, but leaves the body without its end; completes when they are written. */
    Future<Void> breakOff(Buffer last) {
        add(last);
        closed = true;
        return pending.isEmpty() ? Future.succeededFuture() : write();
    }

    /** Forgets what is pending. */
    void drop() {
        closed = true;
        pending.clear();
        pendingBytes = 0;
    }

    private void schedule() {
        if (!scheduled && !closed) {
            scheduled = true;
            context.runOnContext(v -> flush());
        }
    }

    private void flush() {
        scheduled = false;
        if (closed) {
            return;
        }
        if (!pending.isEmpty() || !begun) {
            write();
        }
        if (closed) {
            return;
        }
        if (response.writeQueueFull()) {
            source.full();
            response.drainHandler(v -> {
                if (!closed) {
                    source.room();
                }
            });
        } else {
            source.room();
        }
    }

    private Future<Void> write() {
        boolean first = !begun;
        begun = true;
        if (clock != null) {
            writtenNanos = clock.now();
        }
        if (first) {
            response.setChunked(true);
        }
        Future<Void> written = pending.isEmpty() && first ? response.writeHead() : response.write(taken());
        if (first) {
            source.begun();
        }
        return written;
    }

    private Buffer taken() {
        if (pending.isEmpty()) {
            return Buffer.buffer();
        }
        Buffer all = HeapBuffers.join(pending);
        pending.clear();
        pendingBytes = 0;
        return all;
    }
}
