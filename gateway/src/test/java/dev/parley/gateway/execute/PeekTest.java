package dev.parley.gateway.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class PeekTest {
    private final List<Object> seen = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();

    @Test
    void theReaderGetsTheWholeStreamFromItsFirstEvent() {
        Source source = new Source(text("a"), text("b"), text("c"));
        Peek peek = Peek.at(source, cancellation).result();
        assertThat(source.requested).isEqualTo(1);
        peek.subscribe(new Reader(Long.MAX_VALUE));
        assertThat(seen).containsExactly(text("a"), text("b"), text("c"), "end");
    }

    @Test
    void demandIsPassedOnNotInvented() {
        Source source = new Source(text("a"), text("b"), text("c"));
        Reader reader = new Reader(2);
        Peek.at(source, cancellation).result().subscribe(reader);
        assertThat(seen).containsExactly(text("a"), text("b"));
        reader.subscription().request(1);
        assertThat(seen).containsExactly(text("a"), text("b"), text("c"), "end");
    }

    @Test
    void aFailureBeforeTheFirstEventFailsTheAttempt() {
        ChatFailure failure = ChatFailure.of(ChatFailure.Kind.UPSTREAM_FAILED, "reset");
        var attempt = Peek.at(
                reader -> {
                    reader.onSubscribe(new Silent());
                    reader.onError(failure);
                },
                cancellation);
        assertThat(attempt.cause()).isSameAs(failure);
    }

    @Test
    void anEmptyStreamIsAFailure() {
        assertThat(Peek.at(new Source(), cancellation).failed()).isTrue();
    }

    @Test
    void cancellingEndsTheSource() {
        Source source = new Source(text("a"), text("b"));
        Peek.at(source, cancellation);
        cancellation.cancel();
        assertThat(source.cancelled).isTrue();
    }

    private static ChatEvent text(String text) {
        return new ChatEvent.TextDelta(0, text);
    }

    private final class Reader implements Flow.Subscriber<ChatEvent> {
        private final long demand;
        private final List<Flow.Subscription> subscriptions = new ArrayList<>();

        Reader(long demand) {
            this.demand = demand;
        }

        Flow.Subscription subscription() {
            return subscriptions.getFirst();
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscriptions.add(given);
            given.request(demand);
        }

        @Override
        public void onNext(ChatEvent event) {
            seen.add(event);
        }

        @Override
        public void onError(Throwable error) {
            seen.add(error);
        }

        @Override
        public void onComplete() {
            seen.add("end");
        }
    }

    /** Gives nothing, whatever is asked. */
    private static final class Silent implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    /** Gives what is asked for, then completes. */
    private static final class Source implements Flow.Publisher<ChatEvent> {
        private final List<ChatEvent> events;
        private long requested;
        private boolean cancelled;

        Source(ChatEvent... events) {
            this.events = new ArrayList<>(List.of(events));
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ChatEvent> reader) {
            reader.onSubscribe(new Tap(reader));
        }

        private final class Tap implements Flow.Subscription {
            private final Flow.Subscriber<? super ChatEvent> reader;

            Tap(Flow.Subscriber<? super ChatEvent> reader) {
                this.reader = reader;
            }

            @Override
            public void request(long n) {
                requested += n;
                for (long i = 0; i < n && !events.isEmpty() && !cancelled; i++) {
                    reader.onNext(events.removeFirst());
                }
                if (events.isEmpty() && !cancelled) {
                    reader.onComplete();
                }
            }

            @Override
            public void cancel() {
                cancelled = true;
            }
        }
    }
}
