package dev.parley.gateway.execute;

import dev.parley.chat.AnswerFold;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The blocking answer: the fold of the stream. Confined to one event loop. */
final class Fold implements Flow.Subscriber<ChatEvent> {
    private final Promise<ChatAnswer> whole = Promise.promise();
    private final AnswerFold fold = new AnswerFold();
    private final Journal.Entry call;
    private Flow.@Nullable Subscription upstream;
    private boolean finished;

    private Fold(Journal.Entry call) {
        this.call = call;
    }

    static Future<ChatAnswer> of(Flow.Publisher<ChatEvent> source, Journal.Entry call, Cancellation cancellation) {
        Fold fold = new Fold(call);
        cancellation.onCancel(fold::cancel);
        source.subscribe(fold);
        return fold.whole.future();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        upstream = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ChatEvent event) {
        fold.add(event);
        if (event instanceof ChatEvent.UsageReported reported) {
            call.used(reported.usage());
        }
        if (event instanceof ChatEvent.ExpertsReported reported && reported.choice() == 0) {
            call.experts(reported.use());
        }
        finished |= event instanceof ChatEvent.Finished;
    }

    @Override
    public void onError(Throwable error) {
        whole.tryFail(error);
    }

    @Override
    public void onComplete() {
        if (finished) {
            whole.tryComplete(fold.answer());
        } else {
            whole.tryFail(ChatFailure.of(
                    ChatFailure.Kind.UPSTREAM_FAILED, "The backend's answer broke off before it was finished."));
        }
    }

    private void cancel() {
        if (upstream != null && !whole.future().isComplete()) {
            upstream.cancel();
        }
        whole.tryFail(ChatFailure.of(ChatFailure.Kind.CANCELLED, "The client closed the connection."));
    }
}
