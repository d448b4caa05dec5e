package dev.parley.gateway.pipeline;

import dev.parley.chat.AnswerFold;
import dev.parley.chat.ChatEvent;
import java.util.concurrent.Flow;

/** Reads a replayed answer to its end at once. */
record Drain(AnswerFold fold) implements Flow.Subscriber<ChatEvent> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ChatEvent event) {
        fold.add(event);
    }

    @Override
    public void onError(Throwable error) {
        throw new IllegalStateException("a replay does not fail", error);
    }

    @Override
    public void onComplete() {}
}
