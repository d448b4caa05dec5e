package dev.parley.chat.backend;

import dev.parley.chat.ChatFailure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpFrame;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamPriority;
import io.vertx.core.net.NetSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backend's answer under limits of time: idle while somebody waits for bytes (a paused answer is not idle), and total. Past a
 * limit the call is reset. Every fault reaches the exception handler as a {@link ChatFailure}, once, even if it came before the
 * handler. Starts paused. Belongs to one event loop.
 */
final class WatchedResponse implements HttpClientResponse {
    private final HttpClientResponse response;
    private final Limits limits;
    private final DeadlineWatch watch;
    private final DeadlineWatch.Ticket ticket;
    private final @Nullable Inflater inflater;
    private long wanted;
    private long lastNanos;
    private boolean over;
    private @Nullable ChatFailure fault;
    private @Nullable Handler<Buffer> onData;
    private @Nullable Handler<Void> onEnd;
    private @Nullable Handler<Throwable> onFault;

    /**
     * @param backend id
     * @param idleNanos between two pieces
     * @param endNanos when the whole answer must be there, on the watch's clock
     */
    record Limits(String backend, long idleNanos, long endNanos) {}

    WatchedResponse(HttpClientResponse response, Limits limits, DeadlineWatch watch) {
        this.response = response;
        this.limits = limits;
        this.watch = watch;
        this.lastNanos = watch.now();
        this.ticket = watch.watch(this::check);
        response.pause();
        response.exceptionHandler(e -> fail(UpstreamFaults.of(limits.backend(), e)));
        response.endHandler(v -> ended());
        response.handler(this::data);
        this.inflater = inflater();
    }

    private @Nullable Inflater inflater() {
        try {
            return Inflater.of(response.getHeader(HttpHeaders.CONTENT_ENCODING), limits.backend());
        } catch (ChatFailure unreadable) {
            fail(unreadable);
            response.request().reset();
            return null;
        }
    }

    private void check(long now) {
        if (now - limits.endNanos() > 0) {
            late("did not finish its answer in time");
        } else if (wanted > 0 && now - lastNanos > limits.idleNanos()) {
            late("stopped in the middle of its answer");
        }
    }

    private void late(String how) {
        fail(UpstreamFaults.timeout(limits.backend(), how));
        response.request().reset();
    }

    private void data(Buffer bytes) {
        lastNanos = watch.now();
        if (wanted != Long.MAX_VALUE) {
            wanted--;
        }
        if (over || onData == null) {
            return;
        }
        if (inflater == null) {
            onData.handle(bytes);
        } else {
            inflate(inflater, bytes);
        }
    }

    private void inflate(Inflater by, Buffer bytes) {
        try {
            Buffer plain = by.inflate(bytes);
            if (onData != null && plain.length() > 0) {
                onData.handle(plain);
            }
        } catch (ChatFailure damaged) {
            fail(damaged);
            response.request().reset();
        }
    }

    private void settle() {
        over = true;
        ticket.close();
        if (inflater != null) {
            inflater.close();
        }
    }

    private void ended() {
        if (over) {
            return;
        }
        settle();
        if (onEnd != null) {
            onEnd.handle(null);
        }
    }

    private void fail(ChatFailure failure) {
        if (over) {
            return;
        }
        settle();
        fault = failure;
        if (onFault != null) {
            onFault.handle(failure);
        }
    }

    @Override
    public HttpClientResponse handler(@Nullable Handler<Buffer> handler) {
        onData = handler;
        return this;
    }

    @Override
    public HttpClientResponse endHandler(@Nullable Handler<Void> handler) {
        onEnd = handler;
        return this;
    }

    @Override
    public HttpClientResponse exceptionHandler(@Nullable Handler<Throwable> handler) {
        onFault = handler;
        if (handler != null && fault != null) {
            handler.handle(fault);
        }
        return this;
    }

    @Override
    public HttpClientResponse pause() {
        wanted = 0;
        response.pause();
        return this;
    }

    @Override
    public HttpClientResponse resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public HttpClientResponse fetch(long amount) {
        if (wanted == 0) {
            lastNanos = watch.now();
        }
        long sum = wanted + amount;
        wanted = sum < 0 ? Long.MAX_VALUE : sum;
        response.fetch(amount);
        return this;
    }

    @Override
    public Future<Buffer> body() {
        return BoundedBody.read(this, Integer.MAX_VALUE);
    }

    @Override
    public Future<Void> end() {
        return response.end();
    }

    @Override
    public NetSocket netSocket() {
        return response.netSocket();
    }

    @Override
    public @Nullable String getTrailer(String name) {
        return response.getTrailer(name);
    }

    @Override
    public MultiMap trailers() {
        return response.trailers();
    }

    @Override
    public HttpClientResponse customFrameHandler(Handler<HttpFrame> handler) {
        response.customFrameHandler(handler);
        return this;
    }

    @Override
    public HttpClientResponse streamPriorityHandler(Handler<StreamPriority> handler) {
        response.streamPriorityHandler(handler);
        return this;
    }

    @Override
    public HttpClientRequest request() {
        return response.request();
    }

    @Override
    public HttpVersion version() {
        return response.version();
    }

    @Override
    public int statusCode() {
        return response.statusCode();
    }

    @Override
    public String statusMessage() {
        return response.statusMessage();
    }

    @Override
    public MultiMap headers() {
        return response.headers();
    }

    @Override
    public @Nullable String getHeader(String name) {
        return response.getHeader(name);
    }

    @Override
    public @Nullable String getHeader(CharSequence name) {
        return response.getHeader(name);
    }

    @Override
    public List<String> cookies() {
        return response.cookies();
    }
}
