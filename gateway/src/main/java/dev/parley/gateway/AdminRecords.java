package dev.parley.gateway;

import dev.parley.config.ParleyConfig;
import dev.parley.gateway.admin.Records;
import dev.parley.gateway.record.OutcomeJson;
import dev.parley.gateway.record.OutcomeLog;
import dev.parley.gateway.record.SqliteOutcomeLog;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The outcome log as the management side sees it. */
record AdminRecords(
        SqliteOutcomeLog log,
        Function<OutcomeLog.Feedback, Future<Optional<String>>> keep,
        Supplier<ParleyConfig> config,
        InstantSource clock)
        implements Records {
    @Override
    public Future<String> list(String model, Instant since, int limit) {
        return log.list(new OutcomeLog.Filter(model, since, limit)).map(OutcomeJson::array);
    }

    @Override
    public Future<Optional<String>> find(String id) {
        return log.find(id).map(found -> found.map(OutcomeJson::withFeedback));
    }

    @Override
    public Future<String> statistics(Instant since) {
        return log.statistics(since, config.get().models());
    }

    @Override
    public Future<Boolean> feedback(String id, String metric, double value) {
        return keep.apply(new OutcomeLog.Feedback(id, metric, value, "{\"from\":\"console\"}", clock.instant()))
                .map(Optional::isPresent);
    }
}
