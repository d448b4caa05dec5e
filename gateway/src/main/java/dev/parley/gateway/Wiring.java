package dev.parley.gateway;

import dev.parley.chat.Backend;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.EmbeddingBackend;
import dev.parley.chat.Protocol;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.anthropic.AnthropicClient;
import dev.parley.chat.anthropic.AnthropicServer;
import dev.parley.chat.backend.HttpBackend;
import dev.parley.chat.ollama.OllamaChatServer;
import dev.parley.chat.ollama.OllamaClient;
import dev.parley.chat.ollama.OllamaGenerateServer;
import dev.parley.chat.openai.OpenAiChatServer;
import dev.parley.chat.openai.OpenAiCompletionsServer;
import dev.parley.chat.openai.client.OpenAiChatClient;
import dev.parley.chat.openai.responses.OpenAiResponsesServer;
import dev.parley.config.BackendSpec;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.gateway.budget.Admission;
import dev.parley.gateway.cache.AnswerCache;
import dev.parley.gateway.execute.BackendHealth;
import dev.parley.gateway.execute.BackendSet;
import dev.parley.gateway.execute.Executor;
import dev.parley.gateway.observe.GatewayMetrics;
import dev.parley.gateway.pipeline.Desk;
import dev.parley.gateway.pipeline.Rooms;
import dev.parley.gateway.pipeline.Snapshot;
import dev.parley.gateway.pipeline.Stickiness;
import dev.parley.gateway.pipeline.front.FrontDesk;
import dev.parley.gateway.record.Outcome;
import dev.parley.gateway.record.OutcomeLog;
import dev.parley.gateway.record.SqliteOutcomeLog;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.lab.Worth;
import dev.parley.graphrouter.routers.Routers;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.onnx.MiniLmEncoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only place that calls constructors of rooms. Makes what all event loops share, and each loop's desk. */
final class Wiring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
    private static final Rooms.Time TIME = new Rooms.Time(InstantSource.system(), System::nanoTime);

    /** Between looks for the outcome that a feedback is about. */
    private static final List<Duration> LOOKS = List.of(Duration.ofMillis(150), Duration.ofMillis(600));

    final Vertx vertx;
    final SqliteOutcomeLog log;
    final Admission admission;
    final QueryEncoder encoder;
    final LocalEngines engines;
    final BackendHealth health;
    final GatewayMetrics metrics;
    private volatile Snapshot snapshot;
    private volatile CompletableFuture<Optional<Worth>> worth = CompletableFuture.completedFuture(Optional.empty());
    private volatile AnswerCache cache;
    private volatile Consumer<Outcome> watchers = outcome -> {};
    private final List<Consumer<ParleyConfig>> onReload = new CopyOnWriteArrayList<>();
    private final Stickiness sticky = new Stickiness(TIME.nanos());
    private final Map<Protocol, ServerDialect> servers = servers();
    private final Map<BackendSpec.Protocol, ClientDialect> clients = clients();

    Wiring(Vertx vertx, ParleyConfig config) {
        this.vertx = vertx;
        // The two slow ones beside the rest and each other.
        CompletableFuture<QueryEncoder> encoding = beside(() -> MiniLmEncoder.open(config.routing()));
        CompletableFuture<LocalEngines> local = beside(() -> LocalEngines.start(config));
        this.log = SqliteOutcomeLog.open(config.record(), TIME.clock());
        this.admission = new Admission(config.keys(), log::spentNanoUsd, TIME.clock());
        this.metrics = new GatewayMetrics(config);
        this.cache = new AnswerCache(config.cache(), TIME.nanos());
        this.encoder = ready(encoding);
        this.snapshot = snapshot(config, encoder);
        LocalEngines started = ready(local);
        this.engines = started;
        this.health = new BackendHealth(TIME.clock(), id -> started.trouble(id).isPresent());
        gauges();
        show(config);
    }

    private static <T> CompletableFuture<T> beside(Supplier<T> opening) {
        return CompletableFuture.supplyAsync(
                opening, work -> Thread.ofPlatform().name("parley-start").start(work));
    }

    private static <T> T ready(CompletableFuture<T> opened) {
        try {
            return opened.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** What can wait until clients are served. */
    void warmUp() {
        engines.warmUp();
        judge(snapshot);
    }

    /** Tells whether routing is worth its trouble, beside the rest and once the models do not need the cores any more. */
    private void judge(Snapshot made) {
        worth = beside(() -> {
            engines.awaitWarm();
            Optional<Worth> judged = Worth.of(made.planner().graph(), made.candidates());
            judged.ifPresent(Wiring::tell);
            return judged;
        });
    }

    private static void tell(Worth worth) {
        if (worth.shown()) {
            LOG.info(worth.words());
        } else {
            LOG.warn(worth.words());
        }
    }

    private void gauges() {
        metrics.gauge("gateway.record.queued", "Outcomes waiting to be written", log::queued);
        metrics.counter("gateway.record.lost", "Outcomes that could not be kept", log, SqliteOutcomeLog::lost);
        metrics.gauge("gateway.encoder.missed", "Queries in a row without embedding", encoder::missed);
        engines.gauges(metrics);
    }

    private void show(ParleyConfig config) {
        metrics.backends(
                config.backends().stream().map(BackendSpec::id).toList(), health::running, id -> switch (health.state(
                        id)) {
                    case UP -> 0;
                    case DEGRADED -> 1;
                    case DOWN -> 2;
                });
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** A configuration made ready; throws {@link IllegalArgumentException} if it cannot be. Once run, later requests see it, and running ones keep theirs. */
    Runnable prepared(ParleyConfig next) {
        engines.require(next);
        Snapshot made = snapshot(next, encoder);
        return () -> use(next, made);
    }

    private void use(ParleyConfig next, Snapshot made) {
        ParleyConfig before = snapshot.config();
        admission.reload(next.keys(), log::spentNanoUsd);
        if (!next.cache().equals(before.cache())) {
            cache = new AnswerCache(next.cache(), TIME.nanos());
        }
        metrics.reload(next);
        show(next);
        snapshot = made;
        judge(made);
        onReload.forEach(loop -> loop.accept(next));
    }

    private static Snapshot snapshot(ParleyConfig config, QueryEncoder encoder) {
        var candidates =
                config.models().stream().filter(m -> m.can(Capability.CHAT)).toList();
        GraphPlanner planner = GraphPlanner.open(config.routing().graph());
        config.policies().forEach(planner::check);
        Map<String, Router> routers = Routers.of(
                config.routers(),
                planner,
                candidates.stream().map(ModelSpec::id).toList(),
                query -> encoder.encode(query, Instant.MAX));
        return new Snapshot(config, planner, routers, candidates);
    }

    /** The front desk of one event loop; called on it. */
    FrontDesk desk(Context context) {
        BackendSet backends = new BackendSet(spec -> backend(spec, context));
        onReload.add(config -> context.runOnContext(v -> backends.retain(config.backends())));
        Executor executor = new Executor(new Executor.Rooms(vertx, backends, health, servers, clients, TIME.clock()));
        Rooms rooms = new Rooms(
                this::snapshot,
                servers,
                admission,
                () -> cache,
                encoder,
                executor,
                this::feedback,
                this::recorded,
                sticky,
                context,
                TIME);
        return new Desk(rooms, backends, texts -> embed(texts, context));
    }

    private void recorded(Outcome outcome) {
        log.record(outcome);
        metrics.record(outcome);
        watchers.accept(outcome);
    }

    private Future<Optional<String>> feedback(OutcomeLog.Feedback feedback) {
        return said(feedback, LOOKS)
                .onSuccess(decision -> decision.ifPresent(known -> metrics.feedback(feedback.metric())));
    }

    /** A client may have an answer's last byte a moment before the answer's outcome is in the record: looked for again, then. */
    private Future<Optional<String>> said(OutcomeLog.Feedback feedback, List<Duration> waits) {
        return log.feedback(feedback)
                .compose(decision -> decision.isPresent() || waits.isEmpty()
                        ? Future.succeededFuture(decision)
                        : vertx.timer(waits.getFirst().toMillis())
                                .compose(now -> said(feedback, waits.subList(1, waits.size()))));
    }

    /** Whoever looks on as outcomes happen. */
    void watch(Consumer<Outcome> watcher) {
        watchers = watcher;
    }

    AdminParts adminParts(Supplier<SocketAddress> clientSide) {
        return new AdminParts(
                () -> snapshot.config(),
                log,
                this::feedback,
                health,
                admission,
                engines,
                metrics,
                encoder,
                () -> snapshot,
                () -> worth.isCompletedExceptionally() ? Optional.empty() : worth.getNow(Optional.empty()),
                clientSide,
                TIME.clock());
    }

    boolean recordsPrompts() {
        return snapshot.config().record().prompts();
    }

    InstantSource clock() {
        return TIME.clock();
    }

    private Backend backend(BackendSpec spec, Context context) {
        return switch (spec) {
            case BackendSpec.Http http -> new HttpBackend(vertx, http, client(http.protocol()));
            case BackendSpec.Moe local -> engines.backend(local, context);
            case BackendSpec.LlamaCpp local -> engines.backend(local, context);
            case BackendSpec.Embedding embedding ->
                throw ChatFailure.badRequest(
                        "model", "Backend '" + embedding.id() + "' embeds texts and cannot chat; use /v1/embeddings.");
        };
    }

    private Future<EmbeddingBackend.Embeddings> embed(List<String> texts, Context context) {
        return Future.fromCompletionStage(encoder.embed(texts), context)
                .map(done -> new EmbeddingBackend.Embeddings(done.vectors(), done.inputTokens()));
    }

    private ClientDialect client(BackendSpec.Protocol protocol) {
        return Optional.ofNullable(clients.get(protocol)).orElseThrow();
    }

    private static Map<Protocol, ServerDialect> servers() {
        Map<Protocol, ServerDialect> dialects = new EnumMap<>(Protocol.class);
        for (ServerDialect dialect : List.of(
                new OpenAiChatServer(),
                new OpenAiResponsesServer(),
                new OpenAiCompletionsServer(),
                new AnthropicServer(),
                new OllamaChatServer(),
                new OllamaGenerateServer())) {
            dialects.put(dialect.protocol(), dialect);
        }
        return dialects;
    }

    private static Map<BackendSpec.Protocol, ClientDialect> clients() {
        return new EnumMap<>(Map.of(
                BackendSpec.Protocol.OPENAI, new OpenAiChatClient(),
                BackendSpec.Protocol.ANTHROPIC, new AnthropicClient(),
                BackendSpec.Protocol.OLLAMA, new OllamaClient()));
    }

    /** Inference first: it must have ended before the JVM goes. */
    @Override
    public void close() {
        encoder.close();
        engines.close();
        log.close();
    }
}
