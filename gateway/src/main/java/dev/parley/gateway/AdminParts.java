package dev.parley.gateway;

import dev.parley.config.ParleyConfig;
import dev.parley.gateway.admin.Readiness;
import dev.parley.gateway.admin.Sources;
import dev.parley.gateway.budget.Admission;
import dev.parley.gateway.execute.BackendHealth;
import dev.parley.gateway.observe.GatewayMetrics;
import dev.parley.gateway.pipeline.Snapshot;
import dev.parley.gateway.record.OutcomeLog;
import dev.parley.gateway.record.SqliteOutcomeLog;
import dev.parley.graphrouter.lab.Worth;
import dev.parley.routermodels.QueryEncoder;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The rooms whose state the management side shows; rooms do not know each other, so it is gathered here.
 *
 * @param config the current one
 * @param feedback keeps and counts a word on an answer
 * @param snapshot the current one
 * @param worth of the current snapshot's graph, once it is known
 * @param clientSide where clients connect, for trials from the console
 */
record AdminParts(
        Supplier<ParleyConfig> config,
        SqliteOutcomeLog log,
        Function<OutcomeLog.Feedback, Future<Optional<String>>> feedback,
        BackendHealth health,
        Admission admission,
        LocalEngines engines,
        GatewayMetrics metrics,
        QueryEncoder encoder,
        Supplier<Snapshot> snapshot,
        Supplier<Optional<Worth>> worth,
        Supplier<SocketAddress> clientSide,
        InstantSource clock) {

    Sources sources(Supplier<Readiness> readiness) {
        return new Sources(
                config,
                new AdminRecords(log, feedback, config, clock),
                new AdminExperiments(log, config),
                new AdminFleet(
                        health,
                        admission,
                        engines,
                        () -> snapshot.get().planner().graph(),
                        worth),
                new AdminPlayground(this),
                metrics::scrape,
                readiness);
    }
}
