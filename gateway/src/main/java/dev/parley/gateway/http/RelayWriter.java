package dev.parley.gateway.http;

import dev.parley.chat.ChatFailure;
import dev.parley.gateway.pipeline.front.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Supplier;

/** Passes a backend's bytes through a tap; pauses the backend while the client does not keep up. */
final class RelayWriter implements ReplyWriter, Outbox.Source {
    private final Reply.Relayed reply;
    private final HttpClientResponse upstream;
    private final ClientCall call;
    private final Outbox outbox;
    private boolean paused;
    private boolean over;

    RelayWriter(Reply.Relayed reply, ClientCall call) {
        this.reply = reply;
        this.upstream = reply.upstream();
        this.call = call;
        this.outbox = call.outbox(this, reply.stream());
    }

    @Override
    public void start() {
        String given = upstream.headers().get(HttpHeaders.CONTENT_TYPE);
        String contentType = given == null || given.startsWith(ClientCall.EVENT_STREAM)
                ? reply.stream() ? ClientCall.EVENT_STREAM_UTF8 : "application/json"
                : given;
        call.head(reply.headers(), contentType);
        if (reply.stream()) {
            call.streamHead(contentType, outbox);
        }
        outbox.open();
        upstream.exceptionHandler(this::broken);
        upstream.endHandler(v -> end());
        upstream.handler(bytes -> forward(() -> reply.tap().pass(bytes)));
        upstream.resume();
    }

    private void forward(Supplier<Buffer> step) {
        if (over) {
            return;
        }
        try {
            outbox.add(step.get());
        } catch (RuntimeException e) {
            broken(e);
            upstream.request().reset();
        }
    }

    private void end() {
        if (over) {
            return;
        }
        Buffer last;
        try {
            last = reply.tap().end();
        } catch (RuntimeException e) {
            broken(e);
            return;
        }
        over = true;
        call.ended(outbox.end(last));
    }

    private void broken(Throwable fault) {
        if (over) {
            return;
        }
        over = true;
        ChatFailure failure = ClientCall.failure(fault);
        call.broken(outbox, failure, () -> reply.dialect().broken(failure, call.id()));
    }

    @Override
    public void cancel() {
        over = true;
        outbox.drop();
        upstream.request().reset();
    }

    @Override
    public void full() {
        if (!over && !paused) {
            paused = true;
            upstream.pause();
        }
    }

    @Override
    public void room() {
        if (!over && paused) {
            paused = false;
            upstream.resume();
        }
    }

    @Override
    public void begun() {
        call.begun();
    }
}
