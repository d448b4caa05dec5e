package dev.parley.gateway;

import dev.parley.config.ConfigDiff;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.RecordSpec;
import dev.parley.config.RoutingSpec;
import dev.parley.config.ServerSpec;
import dev.parley.config.load.ConfigException;
import dev.parley.config.load.ConfigLoader;
import dev.parley.gateway.admin.AdminServer;
import dev.parley.gateway.http.EventLoops;
import dev.parley.gateway.http.HttpFront;
import dev.parley.gateway.record.OutcomeJson;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.learn.Calibration;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway. Thread-safe. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final long LOOK_MILLIS = 1000;
    /** Whoever asks as soon as clients can connect is answered first. */
    private static final long FIRST_ANSWERS_MILLIS = 500;

    private static final long CLOSE_SECONDS = 60;

    private final Wiring wiring;
    private final Condition condition;
    private final HttpFront front;
    private final AdminServer admin;
    private final int adminPort;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Gateway(Parts parts, HttpFront front, int adminPort) {
        this.wiring = parts.wiring();
        this.condition = parts.condition();
        this.front = front;
        this.admin = parts.admin();
        this.adminPort = adminPort;
    }

    /** Completes when clients can connect; fails with a message that names the cause (a port in use, a graph file at fault). */
    public static Future<Gateway> start(ParleyConfig config) {
        Vertx vertx = EventLoops.start(config.server());
        Wiring wiring;
        try {
            wiring = new Wiring(vertx, config);
        } catch (RuntimeException e) {
            vertx.close();
            return Future.failedFuture(e);
        }
        AtomicInteger port = new AtomicInteger(config.server().port());
        AdminParts parts = wiring.adminParts(() ->
                SocketAddress.inetSocketAddress(port.get(), config.server().host()));
        Condition condition = new Condition(wiring);
        AdminServer admin = new AdminServer(vertx, parts.sources(condition), wiring.clock());
        wiring.watch(outcome -> admin.publish(() -> OutcomeJson.document(outcome, wiring.recordsPrompts())));
        return listen(config.server(), new Parts(wiring, condition, admin), port)
                .onFailure(e -> {
                    wiring.close();
                    vertx.close();
                });
    }

    /** What a gateway is made of before it listens. */
    private record Parts(Wiring wiring, Condition condition, AdminServer admin) {}

    /** Management on its own port, or beside the client side where both are the same. */
    private static Future<Gateway> listen(ServerSpec server, Parts parts, AtomicInteger port) {
        Vertx vertx = parts.wiring().vertx;
        boolean shared = server.port() == server.adminPort() && server.port() != 0;
        Future<HttpFront> fronts = shared
                ? HttpFront.start(
                        vertx,
                        server,
                        parts.wiring()::desk,
                        context -> parts.admin().handler())
                : HttpFront.start(vertx, server, parts.wiring()::desk);
        return fronts.compose(front -> {
            port.set(front.port());
            Future<Integer> adminPort = shared
                    ? Future.succeededFuture(front.port())
                    : parts.admin().listen(server);
            return adminPort.map(bound -> {
                vertx.setTimer(FIRST_ANSWERS_MILLIS, id -> parts.wiring().warmUp());
                return new Gateway(parts, front, bound);
            });
        });
    }

    public int port() {
        return front.port();
    }

    /** Where clients point, e.g. {@code http://127.0.0.1:8080}. */
    public String url() {
        return "http://" + wiring.snapshot().config().server().host() + ":" + port();
    }

    /** Where people look. */
    public String adminUrl() {
        return "http://" + wiring.snapshot().config().server().adminHost() + ":" + adminPort;
    }

    /** Reloads the file whenever it has changed. A file at fault is reported and the old configuration stays. */
    public void watch(Path file) {
        ChangeWatch changes = new ChangeWatch(modified(file));
        wiring.vertx.setPeriodic(
                LOOK_MILLIS,
                id -> wiring.vertx.executeBlocking(() -> {
                    long now = modified(file);
                    if (changes.due(now)) {
                        reload(file);
                    }
                    return now;
                }));
    }

    private void reload(Path file) {
        try {
            ParleyConfig before = wiring.snapshot().config();
            ParleyConfig next = ConfigLoader.load(file);
            List<String> changes = ConfigDiff.between(before, next);
            Runnable use = wiring.prepared(next);
            condition.refused(""); // before the new one is seen: whoever sees it hears of no fault any more
            use.run();
            LOG.info("configuration reloaded: {}", changes.isEmpty() ? "no change" : String.join("; ", changes));
            if (!before.server().equals(next.server()) || !before.record().equals(next.record())) {
                LOG.warn("changes of 'server' and 'record' take effect after a restart");
            }
        } catch (ConfigException | IllegalArgumentException e) {
            condition.refused(String.valueOf(e.getMessage()));
            LOG.error("the new configuration is not used, the old one stays: {}", e.getMessage());
        }
    }

    /** The configuration for a gateway nobody else talks to: free ports on this machine, no keys, no record of it. */
    static ParleyConfig privately(ParleyConfig config) throws IOException {
        ServerSpec s = config.server();
        ServerSpec server = new ServerSpec(
                "127.0.0.1",
                0,
                "127.0.0.1",
                0,
                s.adminKey(),
                s.transport(),
                s.eventLoops(),
                s.maxBodyBytes(),
                s.shutdownGrace(),
                s.strict());
        String record = Files.createTempDirectory("parley-calibrate")
                .resolve("parley.db")
                .toString();
        RoutingSpec r = config.routing(); // without its graph, which may be why it is calibrated anew
        return new ParleyConfig(
                server,
                new RoutingSpec(r.defaultPolicy(), r.device(), r.encoderThreads(), r.maxTokens(), r.deadline(), ""),
                config.cache(),
                new RecordSpec(record, false, config.record().retention()),
                config.backends(),
                config.models(),
                config.policies().stream().map(Gateway::withoutRisk).toList(),
                List.of(),
                List.of());
    }

    /** A risk needs the very graph that is to be made. */
    private static PolicySpec withoutRisk(PolicySpec policy) {
        return policy instanceof PolicySpec.Threshold t && t.bar() instanceof PolicySpec.Risk
                ? new PolicySpec.Threshold(t.id(), t.strong(), t.weak(), new PolicySpec.Fixed(0), t.lead(), t.limits())
                : policy;
    }

    /**
     * Probes chat models and makes a graph file of the outcomes. Blocks.
     *
     * @param onto a graph that the models it lacks, and they alone, are to join; the empty graph: all models make one
     * @param log what was answered before, and is as it comes
     */
    byte[] calibrate(List<Calibrator.Question> questions, RoutingGraph onto, ProbeLog log, PrintWriter progress)
            throws InterruptedException, IOException, Calibrator.ProbeException {
        Set<String> known = new HashSet<>(onto.models());
        onto.newcomers().forEach(newcomer -> known.add(newcomer.model()));
        List<ModelSpec> models = wiring.snapshot().candidates().stream()
                .filter(model -> !known.contains(model.id().value()))
                .toList();
        if (models.isEmpty()) {
            throw new IllegalArgumentException(
                    known.isEmpty()
                            ? "the configuration has no chat model to ask"
                            : "the graph knows all chat models configured; add one, or leave out --onto");
        }
        var rows = new Calibrator(url(), progress, Thread::sleep).probe(models, questions, log);
        Calibration calibration = Calibration.with(wiring.encoder);
        return onto.models().isEmpty() ? calibration.file(rows) : calibration.joined(onto, rows);
    }

    private static long modified(Path file) {
        try {
            FileTime time = Files.getLastModifiedTime(file);
            return time.toMillis() * 31 + Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Stops accepting, lets running requests end within the grace, drains inference, writes the last outcomes. Blocks. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        condition.leaving();
        await(front.shutdown());
        await(admin.close());
        wiring.close();
        await(wiring.vertx.close());
    }

    private static void await(Future<Void> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("closing: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
