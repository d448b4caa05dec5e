package dev.parley.gateway.execute;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a stream's first event, then is that same stream from its beginning: the border up to which another attempt is possible.
 * Confined to one event loop.
 */
final class Peek implements Flow.Subscriber<ChatEvent>, Flow.Publisher<ChatEvent> {
    private final Promise<Peek> first = Promise.promise();
    private Flow.@Nullable Subscription upstream;
    private Flow.@Nullable Subscriber<? super ChatEvent> reader;
    private @Nullable ChatEvent held;
    private @Nullable Throwable failure;
    private boolean ended;

    /** Completes with this at the first event, fails if the stream fails or ends before it. */
    static Future<Peek> at(Flow.Publisher<ChatEvent> source, Cancellation cancellation) {
        Peek peek = new Peek();
        cancellation.onCancel(peek::cancel);
        source.subscribe(peek);
        return peek.first.future();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        upstream = subscription;
        if (ended) {
            subscription.cancel();
        } else {
            subscription.request(1);
        }
    }

    @Override
    public void onNext(ChatEvent event) {
        if (reader != null) {
            reader.onNext(event);
        } else {
            held = event;
            first.tryComplete(this);
        }
    }

    @Override
    public void onError(Throwable error) {
        ended = true;
        failure = error;
        if (reader != null && held == null) {
            reader.onError(error);
        }
        first.tryFail(error);
    }

    @Override
    public void onComplete() {
        ended = true;
        if (reader != null && held == null) {
            reader.onComplete();
        }
        first.tryFail(ChatFailure.of(ChatFailure.Kind.UPSTREAM_FAILED, "The backend sent an empty answer."));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ChatEvent> subscriber) {
        reader = subscriber;
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                deliver(n);
            }

            @Override
            public void cancel() {
                Peek.this.cancel();
            }
        });
    }

    private void deliver(long n) {
        ChatEvent event = held;
        long rest = n;
        if (event != null && reader != null) {
            held = null;
            reader.onNext(event);
            rest = n == Long.MAX_VALUE ? n : n - 1;
            endIfDue();
        }
        if (rest > 0 && !ended && upstream != null) {
            upstream.request(rest);
        }
    }

    private void endIfDue() {
        if (!ended || reader == null) {
            return;
        }
        if (failure != null) {
            reader.onError(failure);
        } else {
            reader.onComplete();
        }
    }

    private void cancel() {
        if (!ended) {
            ended = true;
            if (upstream != null) {
                upstream.cancel();
            }
            first.tryFail(ChatFailure.of(ChatFailure.Kind.CANCELLED, "The client closed the connection."));
        }
    }
}
