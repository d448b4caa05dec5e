package dev.parley.chat.backend;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One answer as events. Sent at the first demand; reads one piece of the answer whenever no event is left over, so an unread stream
 * holds one piece in memory and stops the backend. For one subscriber, on one event loop.
 */
final class AnswerPublisher implements Flow.Publisher<ChatEvent>, Flow.Subscription {
    private static final long MAX_ERROR_BYTES = 64 * 1024;
    private static final int OK = 200;

    private final ClientDialect dialect;
    private final BackendCall call;
    private final Supplier<UpstreamCall> sender;
    private final ArrayDeque<ChatEvent> ready = new ArrayDeque<>();
    private Flow.@Nullable Subscriber<? super ChatEvent> subscriber;
    private @Nullable UpstreamCall upstream;
    private @Nullable HttpClientResponse response;
    private @Nullable ChatFailure failure;
    private long demand;
    private boolean started;
    private boolean ended;
    private boolean over;
    private boolean draining;
    private boolean fetching;

    AnswerPublisher(ClientDialect dialect, BackendCall call, Supplier<UpstreamCall> sender) {
        this.dialect = dialect;
        this.call = call;
        this.sender = sender;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ChatEvent> only) {
        if (subscriber != null) {
            throw new IllegalStateException("an answer has one subscriber");
        }
        subscriber = only;
        only.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        if (over) {
            return;
        }
        if (n <= 0) {
            fail(ChatFailure.of(ChatFailure.Kind.INTERNAL, "demand must be positive"));
            cancelUpstream();
            return;
        }
        long sum = demand + n;
        demand = sum < 0 ? Long.MAX_VALUE : sum;
        if (!started) {
            started = true;
            start();
        }
        drain();
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            ready.clear();
            cancelUpstream();
        }
    }

    private void cancelUpstream() {
        if (response != null) {
            response.request().reset();
        } else if (upstream != null) {
            upstream.abort(ChatFailure.of(ChatFailure.Kind.CANCELLED, "the call was cancelled"));
        }
    }

    private void start() {
        try {
            upstream = sender.get();
        } catch (RuntimeException e) {
            fail(own(e));
            return;
        }
        upstream.head().onComplete(head -> {
            if (head.succeeded()) {
                answered(head.result());
            } else {
                fail(own(head.cause()));
            }
        });
    }

    private void answered(HttpClientResponse answer) {
        if (over) {
            answer.request().reset();
            return;
        }
        response = answer;
        if (answer.statusCode() != OK) {
            refused(answer);
            return;
        }
        ClientDialect.AnswerDecoder decoder = dialect.decoder(call);
        answer.exceptionHandler(e -> fail(own(e)));
        answer.endHandler(v -> {
            decode(() -> decoder.end(ready::add));
            ended = true;
            drain();
        });
        answer.handler(bytes -> {
            fetching = false;
            decode(() -> decoder.feed(bytes, ready::add));
            drain();
        });
        drain();
    }

    private void refused(HttpClientResponse answer) {
        Map<String, String> headers = new HashMap<>();
        answer.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        // An error's body that is cut or endless still has its status.
        BoundedBody.read(answer, MAX_ERROR_BYTES)
                .otherwise(Buffer.buffer())
                .onSuccess(body -> fail(own(() -> dialect.failure(answer.statusCode(), headers, body))));
    }

    private void decode(Runnable step) {
        if (over || failure != null) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException e) {
            fail(own(e));
            cancelUpstream();
        }
    }

    /** Remembers the failure; it is told after the events that came before it. */
    private void fail(ChatFailure why) {
        if (failure == null && !ended && !over) {
            failure = why;
            drain();
        }
    }

    private void drain() {
        if (draining || subscriber == null) {
            return;
        }
        draining = true;
        try {
            while (!over && demand > 0 && !ready.isEmpty()) {
                demand--;
                subscriber.onNext(ready.poll());
            }
        } finally {
            draining = false;
        }
        if (over || !ready.isEmpty()) {
            return;
        }
        if (failure != null) {
            over = true;
            subscriber.onError(failure);
        } else if (ended) {
            over = true;
            subscriber.onComplete();
        } else if (response != null && response.statusCode() == OK && !fetching) {
            fetching = true;
            response.fetch(1);
        }
    }

    private static ChatFailure own(Supplier<ChatFailure> maker) {
        try {
            return maker.get();
        } catch (RuntimeException e) {
            return own(e);
        }
    }

    private static ChatFailure own(Throwable fault) {
        return fault instanceof ChatFailure failure
                ? failure
                : ChatFailure.builder(ChatFailure.Kind.INTERNAL, "the gateway failed to read the answer")
                        .cause(fault)
                        .build();
    }
}
