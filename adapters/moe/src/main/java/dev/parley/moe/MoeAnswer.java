package dev.parley.moe;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.FinishReason;
import dev.parley.chat.RawJson;
import dev.parley.config.Usage;
import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.generate.ChosenExperts;
import dev.parley.moe.engine.generate.Ending;
import dev.parley.moe.engine.generate.Generation;
import dev.parley.moe.engine.generate.GenerationListener;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.generate.TokenScore;
import dev.parley.moe.engine.text.Tokenizer;
import io.vertx.core.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer on its way to one subscriber. Lives on the event loop; only {@link Choice} hears from engine threads. */
final class MoeAnswer implements Flow.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(MoeAnswer.class);
    private static final long NO_TIMER = -1;

    private final Engine engine;
    private final Context context;
    private final BackendCall call;
    private final Flow.Subscriber<? super ChatEvent> subscriber;
    private final Mailbox mailbox;
    private final Tally tally = new Tally();
    private final AtomicReference<@Nullable ChatFailure> failure = new AtomicReference<>();
    private final String id;
    private List<Generation> generations = List.of();
    private long demand;
    private boolean begun;
    private boolean draining;
    private boolean over;
    private long timer = NO_TIMER;

    MoeAnswer(Engine engine, Context context, BackendCall call, Flow.Subscriber<? super ChatEvent> subscriber) {
        this.engine = engine;
        this.context = context;
        this.call = call;
        this.subscriber = subscriber;
        this.mailbox = new Mailbox(context, this::drain);
        this.id = "moe-" + Long.toHexString(engine.surroundings().random().nextLong());
    }

    @Override
    public void request(long n) {
        if (over) {
            return;
        }
        if (n <= 0) {
            stop();
            subscriber.onError(new IllegalArgumentException("Demand must be positive, not " + n));
            return;
        }
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        if (!begun) {
            begun = true;
            begin();
        }
        drain();
    }

    @Override
    public void cancel() {
        stop();
    }

    private void begin() {
        try {
            AnswerSpec spec = AnswerSpec.of(call, engine);
            Duration left = Duration.between(engine.surroundings().clock().instant(), call.deadline());
            tally.choices = spec.choices();
            List<Scheduler.Task> tasks = new ArrayList<>();
            for (int i = 0; i < spec.choices(); i++) {
                tasks.add(new Scheduler.Task(
                        spec.choice(i), new Choice(i, spec.served().tokenizer(), spec.expertsAsked())));
            }
            generations = spec.served().start().apply(tasks);
            timer = context.owner().setTimer(Math.max(1, left.toMillis()), t -> timeOut());
        } catch (ChatFailure e) {
            failure.set(e);
        } catch (EngineException e) {
            failure.set(translated(e));
        }
    }

    private void timeOut() {
        timer = NO_TIMER;
        if (!over) {
            failure.compareAndSet(
                    null, ChatFailure.of(ChatFailure.Kind.UPSTREAM_TIMEOUT, "The local model did not answer in time."));
            generations.forEach(Generation::cancel);
            drain();
        }
    }

    /** Signals what is there and asked for. Signals may come back in with a request: the outer loop goes on then. */
    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!over && demand > 0 && !mailbox.isEmpty()) {
                demand--;
                signal(mailbox.take());
            }
        } finally {
            draining = false;
        }
        ChatFailure failed = failure.get();
        if (!over && failed != null && mailbox.isEmpty()) {
            stop();
            subscriber.onError(failed);
        }
    }

    /** The usage is the last word of a whole answer. */
    private void signal(ChatEvent event) {
        subscriber.onNext(event);
        if (!over && event instanceof ChatEvent.UsageReported) {
            stop();
            subscriber.onComplete();
        }
    }

    private void stop() {
        over = true;
        generations.forEach(Generation::cancel);
        if (timer != NO_TIMER) {
            context.owner().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private static ChatFailure translated(EngineException e) {
        ChatFailure.Kind kind = switch (e.kind()) {
            case CONTEXT_OVERFLOW -> ChatFailure.Kind.CONTEXT_OVERFLOW;
            case UNWRITABLE -> ChatFailure.Kind.BAD_REQUEST;
            case LOST -> ChatFailure.Kind.UPSTREAM_FAILED;
            case OVERLOADED, CLOSED -> ChatFailure.Kind.OVERLOADED;
            case INTERNAL -> ChatFailure.Kind.INTERNAL;
        };
        return ChatFailure.builder(kind, e.getMessage() == null ? "" : e.getMessage())
                .cause(e)
                .build();
    }

    /** What all choices share. Guarded by itself: engine threads count, the event loop looks. */
    private static final class Tally {
        private int choices = 1;
        private boolean started;
        private int ended;
        private long input;
        private long cached = Long.MAX_VALUE;
        private long output;

        /** True for the first choice that starts. */
        synchronized boolean starts(int promptTokens) {
            boolean first = !started;
            started = true;
            input = promptTokens;
            return first;
        }

        /** True for the last choice that ends. One prompt is counted, of which all choices found so much computed. */
        synchronized boolean ends(int tokens, int reused) {
            output += tokens;
            cached = Math.min(cached, reused);
            return ++ended == choices;
        }

        synchronized Usage usage() {
            return new Usage(input, cached, 0, output, 0, false);
        }
    }

    /** Hears of one choice, on an engine thread. */
    private final class Choice implements GenerationListener {
        private final int index;
        private final Tokenizer tokenizer;
        private final boolean expertsAsked;

        Choice(int index, Tokenizer tokenizer, boolean expertsAsked) {
            this.index = index;
            this.tokenizer = tokenizer;
            this.expertsAsked = expertsAsked;
        }

        @Override
        public void started(int promptTokens) {
            if (tally.starts(promptTokens)) {
                Instant now = engine.surroundings().clock().instant();
                mailbox.put(new ChatEvent.Started(id, call.model().upstreamModel(), now.getEpochSecond()));
            }
        }

        @Override
        public void delta(String text, List<TokenScore> scores) {
            if (!text.isEmpty()) {
                mailbox.put(new ChatEvent.TextDelta(index, text));
            }
            if (!scores.isEmpty()) {
                mailbox.put(new ChatEvent.Logprobs(index, Logprobs.of(tokenizer, scores)));
            }
        }

        @Override
        public void finished(Ending ending) {
            mailbox.put(new ChatEvent.ExpertsReported(index, told(ending)));
            mailbox.put(new ChatEvent.Finished(index, reason(ending), ending.stop()));
            engine.listener().answered(id, call.model().upstreamModel(), ending.confidence());
            if (tally.ends(ending.tokens(), ending.reused())) {
                mailbox.put(new ChatEvent.UsageReported(tally.usage()));
            }
        }

        @Override
        public void failed(EngineException e) {
            if (e.kind() == EngineException.Kind.INTERNAL) {
                LOG.error("Answer {} of {} failed", id, call.model().upstreamModel(), e);
            }
            failure.compareAndSet(null, translated(e));
            mailbox.wake();
        }

        private ExpertUse told(Ending ending) {
            ChosenExperts use = ending.experts();
            return new ExpertUse(
                    use.tokens() > 0 ? OptionalDouble.of(use.perToken()) : OptionalDouble.empty(),
                    use.entropy(),
                    OptionalDouble.of(ending.confidence().mean()),
                    OptionalDouble.of(ending.confidence().min()),
                    expertsAsked ? new RawJson(use.chosen().toString().replace(" ", "")) : ExpertUse.UNTOLD,
                    expertsAsked);
        }

        private static FinishReason reason(Ending ending) {
            return switch (ending.reason()) {
                case END -> FinishReason.STOP;
                case STOP_SEQUENCE -> FinishReason.STOP_SEQUENCE;
                case LENGTH -> FinishReason.LENGTH;
            };
        }
    }
}
