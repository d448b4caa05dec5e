package dev.parley.gateway.pipeline;

import dev.parley.chat.Protocol;
import dev.parley.chat.ServerDialect;
import dev.parley.gateway.budget.Admission;
import dev.parley.gateway.cache.AnswerCache;
import dev.parley.gateway.execute.Executor;
import dev.parley.gateway.record.Outcome;
import dev.parley.gateway.record.OutcomeLog;
import dev.parley.routermodels.QueryEncoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The rooms a request passes, for one event loop.
 *
 * @param snapshot the current one
 * @param cache the current one; a reload of its settings makes a new one
 * @param context the event loop
 * @param feedback keeps a word on an answer and gives its decision; empty if there is no such answer
 * @param outcomes told of every outcome: record, metrics
 * @param sticky last model of a session, shared by all loops
 * @param time of day and monotonic
 */
public record Rooms(
        Supplier<Snapshot> snapshot,
        Map<Protocol, ServerDialect> dialects,
        Admission admission,
        Supplier<AnswerCache> cache,
        QueryEncoder encoder,
        Executor executor,
        Function<OutcomeLog.Feedback, Future<Optional<String>>> feedback,
        Consumer<Outcome> outcomes,
        Stickiness sticky,
        Context context,
        Time time) {

    /** @param nanos monotonic, in nanoseconds */
    public record Time(InstantSource clock, LongSupplier nanos) {}

    ServerDialect dialect(Protocol protocol) {
        ServerDialect dialect = dialects.get(protocol);
        if (dialect == null) {
            throw new IllegalStateException("no dialect for " + protocol);
        }
        return dialect;
    }
}
