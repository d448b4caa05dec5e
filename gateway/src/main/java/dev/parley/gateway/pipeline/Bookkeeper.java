package dev.parley.gateway.pipeline;

import dev.parley.chat.AnswerFold;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.RelayTap;
import dev.parley.config.ExperimentSpec;
import dev.parley.gateway.budget.KeyHolder;
import dev.parley.gateway.execute.Journal;
import dev.parley.gateway.record.Outcome;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Tier;
import dev.parley.routermodels.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a passage exactly once: usage, money, cache, and the one outcome. */
final class Bookkeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Bookkeeper.class);
    static final Decision UNDECIDED = new Decision(
            new Plan.Single(new dev.parley.config.ModelId("none"), List.of()),
            List.of(),
            Map.of(),
            "refused before a decision",
            1,
            "none",
            Tier.NONE,
            "none",
            "");

    private final Rooms rooms;

    Bookkeeper(Rooms rooms) {
        this.rooms = rooms;
    }

    /** The reply has gone whole. */
    void done(Passage p) {
        p.execution.ifPresent(execution -> {
            used(p, execution.call());
            execution.call().ok();
        });
        // Losers of a race, whose end may not have been heard of yet.
        p.journal.entries().forEach(Journal.Entry::cancelled);
        Optional<ChatAnswer> answer = p.folded.map(AnswerFold::answer);
        p.cacheKey
                .filter(key -> p.cache.equals("miss"))
                .ifPresent(key -> answer.ifPresent(whole -> rooms.cache().get().keep(key, whole)));
        String finish = p.tap.map(RelayTap::finishReason)
                .orElseGet(() -> answer.filter(a -> !a.choices().isEmpty())
                        .map(a -> a.choices().getFirst().finishReason().name())
                        .orElse(""));
        close(p, finish, answer);
    }

    /** The request failed before or inside its reply, or the client went. */
    void failed(Passage p, ChatFailure failure) {
        if (failure.kind() == ChatFailure.Kind.INTERNAL) {
            LOG.error("request {} failed inside", p.id, failure.getCause() == null ? failure : failure.getCause());
        } else if (failure.kind().retryable()) {
            LOG.warn("request {} failed: {} {}", p.id, failure.kind(), failure.getMessage());
        }
        p.execution.ifPresent(execution -> {
            used(p, execution.call());
            if (failure.kind() == ChatFailure.Kind.CANCELLED) {
                execution.call().cancelled();
            } else {
                execution.call().failed(failure);
            }
        });
        p.journal.entries().forEach(Journal.Entry::cancelled);
        close(p, failure.kind().name(), p.folded.map(AnswerFold::answer));
    }

    /**
     * Whether no arm of an experiment could have served the request, which then takes no part in it: before a model is asked, all but the
     * gateway's own faults and a policy that leaves no model is of the client or of its key. What a model refuses counts, since a policy chose it.
     */
    static boolean clientsFault(Passage p, ChatFailure failure) {
        return p.routedNanos == 0 && failure.kind() != ChatFailure.Kind.INTERNAL && !p.limitedByPolicy;
    }

    private static void used(Passage p, Journal.Entry call) {
        p.tap.ifPresent(tap -> call.used(tap.usage()));
        call.used(Replies.usage(p, call));
    }

    private void close(Passage p, String finish, Optional<ChatAnswer> answer) {
        OptionalLong cost = Costs.total(p);
        p.permit.ifPresent(permit -> {
            if (p.journal.usage().totalTokens() == 0) {
                permit.release();
            } else {
                permit.settle(cost.orElse(0), p.journal.usage().totalTokens());
            }
        });
        rooms.outcomes().accept(outcome(p, finish, cost, answer));
    }

    private Outcome outcome(Passage p, String finish, OptionalLong cost, Optional<ChatAnswer> answer) {
        long now = rooms.time().nanos().getAsLong();
        return new Outcome(
                p.id,
                p.at,
                new Outcome.Caller(
                        p.caller.map(KeyHolder::id).orElse("unknown"),
                        p.session,
                        p.experiment.map(ExperimentSpec::id).orElse(""),
                        p.variant.map(ExperimentSpec.Variant::id).orElse(""),
                        p.ask.tags()),
                new Outcome.Asked(
                        p.in.protocol().name(),
                        p.decoded().map(r -> r.model()).orElse(""),
                        p.decoded().map(r -> r.stream()).orElse(false),
                        p.estimatedInputTokens,
                        p.query.map(Query::shape).orElse(Outcome.Asked.UNREAD),
                        p.encoder,
                        p.followUp,
                        p.profile),
                p.decision.orElse(UNDECIDED),
                calls(p.journal),
                p.journal.usage(),
                cost,
                new Outcome.Timings(micros(p, p.routedNanos), micros(p, p.firstByteNanos), micros(p, now)),
                new Outcome.Result(
                        p.status, finish, p.cache, p.tap.map(RelayTap::answerId).orElse("")),
                content(p, answer));
    }

    private static Outcome.Content content(Passage p, Optional<ChatAnswer> answer) {
        if (!p.snapshot.config().record().prompts() || p.decoded().isEmpty()) {
            return Outcome.Content.NONE;
        }
        String text = answer.filter(a -> !a.choices().isEmpty())
                .map(a -> a.choices().getFirst().text())
                .orElse("");
        return new Outcome.Content(p.query.map(q -> q.text()).orElse(""), text);
    }

    private static List<Outcome.Call> calls(Journal journal) {
        // Nearly always one: a stream for it would cost more than the list.
        List<Journal.Entry> entries = journal.entries();
        return entries.size() == 1
                ? List.of(call(entries.getFirst()))
                : entries.stream().map(Bookkeeper::call).toList();
    }

    static Outcome.Call call(Journal.Entry entry) {
        return new Outcome.Call(
                entry.model().id().value(),
                entry.model().backend(),
                entry.status(),
                entry.usage(),
                Costs.of(entry),
                entry.micros(),
                entry.experts().map(Bookkeeper::experts));
    }

    private static Outcome.Experts experts(ExpertUse use) {
        return new Outcome.Experts(
                use.perToken(),
                use.entropy().stream().mapToDouble(Double::doubleValue).average(),
                use.meanProbability(),
                use.leastProbability());
    }

    private static long micros(Passage p, long nanos) {
        return nanos == 0 ? 0 : Math.max(0, nanos - p.in.startNanos()) / 1000;
    }
}
