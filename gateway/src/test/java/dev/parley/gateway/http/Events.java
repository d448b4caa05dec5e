package dev.parley.gateway.http;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.backend.HttpBackend;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A subscriber that a test thread reads from: texts, then {@code complete} or the kind of the failure. */
final class Events implements Flow.Subscriber<ChatEvent> {
    private final Context context;
    private final BlockingQueue<String> signals = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<ChatFailure> failure = new CompletableFuture<>();

    private Events(Context context) {
        this.context = context;
    }

    /** A call of the stage's upstream on a loop of its own, with endless demand. */
    static Events of(Stage stage, Duration limit) {
        Events events = subscribe(stage, limit);
        events.request(Long.MAX_VALUE);
        return events;
    }

    static Events subscribe(Stage stage, Duration limit) {
        Context context = stage.vertx.getOrCreateContext();
        Events events = new Events(context);
        Promise<Void> done = Promise.promise();
        context.runOnContext(v -> {
            HttpBackend backend =
                    new HttpBackend(stage.vertx, Stage.backendSpec(stage.upstream, Stage.HURRIED), new Stage.Lines());
            backend.chat(call(limit)).subscribe(events);
            done.complete();
        });
        Stage.await(done.future());
        return events;
    }

    static BackendCall call(Duration limit) {
        return Stage.call(Instant.now().plus(limit));
    }

    private void request(long n) {
        Flow.Subscription given = subscription.join();
        context.runOnContext(v -> given.request(n));
    }

    /** Asks for n and waits for what comes, up to the first end or n events and what follows them without demand. */
    List<String> next(int n) throws InterruptedException {
        request(n);
        List<String> got = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            got.add(take(5000));
        }
        String after = signals.poll(200, TimeUnit.MILLISECONDS);
        if (after != null) {
            got.add(after);
        }
        return got;
    }

    List<String> all() throws InterruptedException {
        List<String> got = new ArrayList<>();
        do {
            got.add(take(10_000));
        } while (!got.getLast().equals("complete") && !ends(got.getLast()));
        return got;
    }

    private boolean ends(String signal) {
        return failure.isDone() && failure.join().kind().name().equals(signal);
    }

    private String take(long millis) throws InterruptedException {
        String signal = signals.poll(millis, TimeUnit.MILLISECONDS);
        if (signal == null) {
            throw new AssertionError("no signal within " + millis + " ms");
        }
        return signal;
    }

    ChatFailure failure() {
        return failure.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.complete(given);
    }

    @Override
    public void onNext(ChatEvent event) {
        signals.add(((ChatEvent.TextDelta) event).text());
    }

    @Override
    public void onError(Throwable fault) {
        failure.complete((ChatFailure) fault);
        signals.add(((ChatFailure) fault).kind().name());
    }

    @Override
    public void onComplete() {
        signals.add("complete");
    }
}
