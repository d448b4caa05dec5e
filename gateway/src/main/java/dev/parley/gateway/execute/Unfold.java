package dev.parley.gateway.execute;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.Part;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;

/** A whole answer as a stream again: for a client that streams an answer which came from a vote, a cascade or the cache. */
public final class Unfold {
    private Unfold() {}

    public static Flow.Publisher<ChatEvent> of(ChatAnswer answer) {
        return subscriber ->
                subscriber.onSubscribe(new Replay(subscriber, events(answer).iterator()));
    }

    static List<ChatEvent> events(ChatAnswer answer) {
        List<ChatEvent> events = new ArrayList<>();
        events.add(new ChatEvent.Started(answer.id(), answer.model(), answer.createdEpochSecond()));
        for (ChatAnswer.Choice choice : answer.choices()) {
            int call = 0;
            for (Part part : choice.content()) {
                call = add(events, choice.index(), call, part);
            }
            if (!choice.logprobs().isEmpty()) {
                events.add(new ChatEvent.Logprobs(choice.index(), choice.logprobs()));
            }
            choice.experts().ifPresent(use -> events.add(new ChatEvent.ExpertsReported(choice.index(), use)));
            events.add(new ChatEvent.Finished(choice.index(), choice.finishReason(), choice.stopSequence()));
        }
        events.add(new ChatEvent.UsageReported(answer.usage()));
        return events;
    }

    private static int add(List<ChatEvent> events, int choice, int call, Part part) {
        switch (part) {
            case Part.Text p -> events.add(new ChatEvent.TextDelta(choice, p.text()));
            case Part.Refusal p -> events.add(new ChatEvent.RefusalDelta(choice, p.text()));
            case Part.Reasoning p -> {
                events.add(new ChatEvent.ReasoningDelta(choice, p.text()));
                if (!p.signature().isEmpty()) {
                    events.add(new ChatEvent.ReasoningSignature(choice, p.signature()));
                }
            }
            case Part.ToolUse p -> {
                events.add(new ChatEvent.ToolCallStarted(choice, call, p.id(), p.name()));
                events.add(new ChatEvent.ToolCallArguments(choice, call, p.arguments()));
                return call + 1;
            }
            case Part.Image p -> {}
            case Part.Document p -> {}
            case Part.Audio p -> {}
            case Part.ToolResult p -> {}
            case Part.RedactedReasoning p -> {}
            case Part.Foreign p -> {}
        }
        return call;
    }

    /** Confined to one event loop. */
    private static final class Replay implements Flow.Subscription {
        private final Flow.Subscriber<? super ChatEvent> reader;
        private final Iterator<ChatEvent> events;
        private boolean ended;

        Replay(Flow.Subscriber<? super ChatEvent> reader, Iterator<ChatEvent> events) {
            this.reader = reader;
            this.events = events;
        }

        @Override
        public void request(long n) {
            for (long i = 0; i < n && !ended && events.hasNext(); i++) {
                reader.onNext(events.next());
            }
            if (!ended && !events.hasNext()) {
                ended = true;
                reader.onComplete();
            }
        }

        @Override
        public void cancel() {
            ended = true;
        }
    }
}
