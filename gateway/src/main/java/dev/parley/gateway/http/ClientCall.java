package dev.parley.gateway.http;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Protocol;
import dev.parley.chat.backend.DeadlineWatch;
import dev.parley.gateway.pipeline.front.Exchange;
import dev.parley.gateway.pipeline.front.Inbound;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.gateway.pipeline.front.SideCall;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client's call from its head to the last byte of its reply. Belongs to one event loop. */
final class ClientCall {
    static final String EVENT_STREAM = "text/event-stream";
    static final String EVENT_STREAM_UTF8 = "text/event-stream; charset=utf-8";
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final String HEARTBEAT = ": keep-alive\n\n";

    private final Loop loop;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Protocol shape;
    private final String id;
    private final long startNanos;
    private final ResponseHead head;
    private @Nullable Exchange exchange;
    private @Nullable Promise<Void> gone;
    private @Nullable ReplyWriter writer;
    private DeadlineWatch.@Nullable Ticket heartbeat;
    private boolean firstByte;
    private boolean over;

    ClientCall(Loop loop, HttpServerRequest request, Protocol shape) {
        this.loop = loop;
        this.request = request;
        this.response = request.response();
        this.shape = shape;
        this.id = loop.ids().next();
        this.startNanos = loop.watch().now();
        this.head = new ResponseHead(request, shape, id);
        loop.calls().begin();
        response.closeHandler(v -> closed());
        // Faults of the connection end in the close handler; without this one they would be logged as unhandled.
        response.exceptionHandler(e -> {});
    }

    String id() {
        return id;
    }

    /** A chat call: read it, hand it over, write the reply. */
    void chat(Protocol protocol) {
        admitted(body -> {
            Exchange begun =
                    loop.desk().begin(new Inbound(protocol, pathAndQuery(), body, request.headers(), id, startNanos));
            exchange = begun;
            begun.reply().onComplete(this::reply);
        });
    }

    /** Any other call. */
    void side(Route.Side side) {
        admitted(body -> {
            Promise<Void> leaving = Promise.promise();
            gone = leaving;
            loop.desk()
                    .answer(new SideCall(
                            side.kind(), side.id(), pathAndQuery(), body, request.headers(), id, leaving.future()))
                    .onComplete(answer -> reply(answer.map(whole -> whole)));
        });
    }

    /** Refuses for a reason that the transport found. */
    void refuse(ChatFailure failure) {
        whole(loop.desk().failure(shape, failure, id));
    }

    /** As {@link #refuse}, with a status that has no kind of failure. */
    void refuse(ChatFailure failure, int status) {
        Reply.Whole reply = loop.desk().failure(shape, failure, id);
        whole(new Reply.Whole(status, reply.headers(), reply.contentType(), reply.body()));
    }

    private void admitted(Consumer<byte[]> next) {
        var refusal = loop.desk().refuse(shape, request.headers(), id);
        if (refusal.isPresent()) {
            whole(refusal.get());
        } else if (!BodyReader.expected(request) && request.version() != HttpVersion.HTTP_2) {
            next.accept(new byte[0]);
        } else {
            BodyReader.read(request, loop.maxBodyBytes(), new BodyReader.Outcome() {
                @Override
                public void body(byte[] whole) {
                    if (!over) {
                        next.accept(whole);
                    }
                }

                @Override
                public void tooLarge() {
                    refuse(ChatFailure.of(
                            ChatFailure.Kind.TOO_LARGE,
                            "the request body is larger than the limit of " + loop.maxBodyBytes() + " bytes"));
                }

                @Override
                public void malformed() {
                    refuse(ChatFailure.of(
                            ChatFailure.Kind.BAD_REQUEST,
                            "the request body is not valid HTTP: with transfer-encoding chunked each chunk begins with a"
                                    + " line that gives its size in hexadecimal, and ends with an empty line"));
                }
            });
        }
    }

    private String pathAndQuery() {
        String query = request.query();
        return query == null ? request.path() : request.path() + "?" + query;
    }

    private void reply(AsyncResult<? extends Reply> answer) {
        if (answer.failed()) {
            if (!over) {
                refuse(failure(answer.cause()));
            }
            return;
        }
        Reply reply = answer.result();
        if (over) {
            discard(reply);
            return;
        }
        switch (reply) {
            case Reply.Whole whole -> whole(whole);
            case Reply.Streamed streamed -> write(new StreamedWriter(streamed, this));
            case Reply.Relayed relayed -> write(new RelayWriter(relayed, this));
        }
    }

    /** The client went while its reply was made. */
    private static void discard(Reply reply) {
        switch (reply) {
            case Reply.Whole whole -> {}
            case Reply.Streamed streamed -> streamed.events().subscribe(new Cancelling());
            case Reply.Relayed relayed -> relayed.upstream().request().reset();
        }
    }

    private void write(ReplyWriter chosen) {
        writer = chosen;
        chosen.start();
    }

    private void whole(Reply.Whole reply) {
        if (over) {
            return;
        }
        response.setStatusCode(reply.status());
        head(reply.headers(), reply.contentType());
        head.length(reply.body().length());
        boolean unread = !request.isEnded() && BodyReader.expected(request);
        boolean closing = unread && UnreadBody.tooCostly(request);
        if (closing) {
            head.closing();
        }
        Future<Void> sent = response.end(reply.body());
        begun();
        ended(sent);
        if (closing) {
            UnreadBody.discard(request, loop.watch());
        }
    }

    /** Writes status-independent headers. */
    void head(Map<String, String> headers, String contentType) {
        if (loop.calls().leaving()) {
            head.closing();
        }
        head.write(
                headers, contentType, TimeUnit.NANOSECONDS.toMillis(loop.watch().now() - startNanos));
    }

    /** Headers of streams only, and comments while an event stream is idle. */
    void streamHead(String contentType, Outbox outbox) {
        head.stream();
        if (contentType.startsWith(EVENT_STREAM)) {
            outbox.timed(loop.watch());
            heartbeat = loop.watch().watch(now -> {
                if (outbox.idleBetweenEvents(now, HEARTBEAT_NANOS)) {
                    outbox.add(Buffer.buffer(HEARTBEAT));
                }
            });
        }
    }

    Outbox outbox(Outbox.Source source, boolean stream) {
        return new Outbox(response, loop.context(), source, stream);
    }

    /** The first byte of the reply is on its way. */
    void begun() {
        if (!firstByte) {
            firstByte = true;
            if (exchange != null) {
                exchange.firstByteSent();
            }
        }
    }

    /**
     * The stream closed. Once the last byte was handed over, its future says whether it arrived: on HTTP/2 the close of a whole exchange
     * may be told before.
     */
    private void closed() {
        if (!response.ended()) {
            clientGone();
        }
    }

    /** The reply's last byte was handed to the connection. */
    void ended(Future<Void> sent) {
        stopHeartbeat();
        sent.onComplete(result -> {
            if (result.failed()) {
                clientGone();
            } else if (!over) {
                finish();
                if (exchange != null) {
                    exchange.sent();
                }
                if (request.version() == HttpVersion.HTTP_1_0 && firstByte && response.isChunked()) {
                    request.connection().close();
                }
            }
        });
    }

    /**
     * The reply broke. Before its first byte the client still gets a proper error; after it, the dialect's last words and a
     * connection that closes without the end of the body.
     */
    void broken(Outbox outbox, ChatFailure failure, Supplier<Buffer> lastWords) {
        stopHeartbeat();
        if (over) {
            return;
        }
        if (!outbox.hasBegun()) {
            outbox.drop();
            response.headers().clear();
            Reply.Whole told = loop.desk().failure(shape, failure, id);
            Exchange recorded = exchange;
            exchange = null;
            whole(told);
            if (recorded != null) {
                recorded.broke(failure);
            }
            return;
        }
        finish();
        outbox.breakOff(words(lastWords)).onComplete(written -> {
            if (request.version() == HttpVersion.HTTP_2) {
                response.reset();
            } else {
                request.connection().close();
            }
        });
        if (exchange != null) {
            exchange.broke(failure);
        }
    }

    private static Buffer words(Supplier<Buffer> lastWords) {
        try {
            return lastWords.get();
        } catch (RuntimeException e) {
            return Buffer.buffer();
        }
    }

    private void clientGone() {
        stopHeartbeat();
        if (over) {
            return;
        }
        finish();
        if (writer != null) {
            writer.cancel();
        }
        if (exchange != null) {
            exchange.clientGone();
        }
        if (gone != null) {
            gone.tryComplete();
        }
    }

    private void finish() {
        over = true;
        loop.calls().end();
    }

    private void stopHeartbeat() {
        if (heartbeat != null) {
            heartbeat.close();
        }
    }

    static ChatFailure failure(Throwable fault) {
        return fault instanceof ChatFailure failure
                ? failure
                : ChatFailure.builder(
                                ChatFailure.Kind.INTERNAL,
                                "the gateway failed to answer; see its log under the request's id")
                        .cause(fault)
                        .build();
    }

    /** Lets a publisher know that nobody listens. */
    private static final class Cancelling implements Flow.Subscriber<Object> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(Object item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }
}
