package dev.parley.moe;

import dev.parley.chat.Backend;
import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import io.vertx.core.Context;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** Answers from local models, on one event loop. */
final class MoeBackend implements Backend {
    private final Engine engine;
    private final Context context;

    MoeBackend(Engine engine, Context context) {
        this.engine = engine;
        this.context = context;
    }

    @Override
    public Flow.Publisher<ChatEvent> chat(BackendCall call) {
        AtomicBoolean taken = new AtomicBoolean();
        return subscriber -> {
            if (taken.compareAndSet(false, true)) {
                subscriber.onSubscribe(new MoeAnswer(engine, context, call, subscriber));
            } else {
                subscriber.onSubscribe(new NoAnswer());
                subscriber.onError(new IllegalStateException("An answer has one subscriber only"));
            }
        };
    }

    /** What a second subscriber gets. */
    private record NoAnswer() implements Flow.Subscription {
        @Override
        public void request(long n) {
            // Nothing will come.
        }

        @Override
        public void cancel() {
            // Nothing runs.
        }
    }
}
