package dev.parley.gateway.pipeline;

import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Looks at each element of a stream as it passes. */
final class Watch {
    private Watch() {}

    static <T> Flow.Publisher<T> each(Flow.Publisher<T> source, Consumer<T> look) {
        return reader -> source.subscribe(new Flow.Subscriber<T>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                reader.onSubscribe(subscription);
            }

            @Override
            public void onNext(T item) {
                look.accept(item);
                reader.onNext(item);
            }

            @Override
            public void onError(Throwable error) {
                reader.onError(error);
            }

            @Override
            public void onComplete() {
                reader.onComplete();
            }
        });
    }
}
