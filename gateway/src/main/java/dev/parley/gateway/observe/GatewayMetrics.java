package dev.parley.gateway.observe;

import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.gateway.record.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What operators watch, in Prometheus' form: OpenTelemetry's {@code gen_ai_*} and our {@code gateway_*} (console.md section 2).
 * Labels hold configured names only: no prompt, key, session or request id. Thread-safe; an outcome costs a few hash look-ups.
 */
public final class GatewayMetrics implements AutoCloseable {
    private static final double NANO = 1e-9;

    /** The router of a request that was refused, or answered from the cache, before any decision. */
    private static final String UNDECIDED = "none";

    private final LatestTime time = new LatestTime();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), time);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Meters<Counter> requests;
    private final Meters<Timer> overhead;
    private final Meters<Timer> routing;
    private final Meters<Counter> decisions;
    private final Meters<Counter> attempts;
    private final Meters<Counter> fallbacks;
    private final Meters<Counter> cost;
    private final Meters<Counter> saved;
    private final Meters<Counter> exposures;
    private final Meters<Counter> feedback;
    private final Meters<Counter> cache;
    private final Meters<Counter> encoders;
    private final Meters<Timer> operations;
    private final Meters<Timer> firstChunk;
    private final Meters<DistributionSummary> tokens;
    private final Meters<DistributionSummary> experts;
    private final Meters<DistributionSummary> confidence;
    private final MultiGauge inflight;
    private final MultiGauge states;
    private final FirstNames feedbackNames = new FirstNames();
    private volatile Catalogue catalogue;

    public GatewayMetrics(ParleyConfig config) {
        catalogue = new Catalogue(new Labels(config), config.models());
        requests = Meters.counters(
                registry, "gateway.requests", "Requests answered", "route", "protocol", "model", "status");
        overhead = Meters.timers(
                registry,
                "gateway.overhead",
                "Time of a request not spent at backends",
                Buckets.overhead(),
                "protocol");
        routing = Meters.timers(
                registry, "gateway.routing", "Time to encode, predict and plan", Buckets.overhead(), "router");
        decisions = Meters.counters(
                registry, "gateway.routing.decisions", "Routing decisions", "router", "policy", "model", "reason");
        attempts = Meters.counters(registry, "gateway.upstream.attempts", "Calls of backends", "backend", "outcome");
        fallbacks = Meters.counters(
                registry, "gateway.fallbacks", "Models replaced after a failure", "from", "to", "reason");
        cost = Meters.counters(registry, "gateway.cost.usd", "Cost of all calls in USD", "model", "policy");
        saved = Meters.counters(
                registry, "gateway.cost.saved.usd", "Cost avoided against the baseline in USD", "baseline");
        exposures = Meters.counters(
                registry, "gateway.experiment.exposures", "Requests of an experiment", "experiment", "variant");
        feedback = Meters.counters(registry, "gateway.feedback", "Feedback received", "metric");
        cache = Meters.counters(registry, "gateway.cache.requests", "Requests by cache result", "result");
        encoders = Meters.counters(registry, "gateway.encoder.queries", "Queries by encoder tier", "tier");
        operations = Meters.timers(
                registry,
                "gen_ai.client.operation.duration",
                "Duration of a call of a backend",
                Buckets.operation(),
                "gen_ai_operation_name",
                "gen_ai_provider_name",
                "gen_ai_request_model",
                "gen_ai_response_model",
                "error_type");
        firstChunk = Meters.timers(
                registry,
                "gen_ai.client.operation.time_to_first_chunk",
                "Time until the first byte of a streamed answer",
                Buckets.operation(),
                "gen_ai_operation_name",
                "gen_ai_provider_name",
                "gen_ai_request_model");
        tokens = Meters.summaries(
                registry,
                "gen_ai.client.token.usage",
                "Tokens used by a call",
                Buckets.tokens(),
                "gen_ai_operation_name",
                "gen_ai_provider_name",
                "gen_ai_request_model",
                "gen_ai_token_type");
        experts = Meters.summaries(
                registry,
                "gateway.moe.experts",
                "Experts per token and layer of an answer",
                Buckets.experts(),
                "model");
        confidence = Meters.summaries(
                registry,
                "gateway.moe.confidence.percent",
                "Probability of an answer's least probable token",
                Buckets.percent(),
                "model");
        inflight = MultiGauge.builder("gateway.backend.inflight")
                .description("Calls at the backend now")
                .register(registry);
        states = MultiGauge.builder("gateway.backend.state")
                .description("0 up, 1 degraded, 2 down")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    /** Labels follow a new configuration; counts go on. */
    public void reload(ParleyConfig config) {
        catalogue = new Catalogue(new Labels(config), config.models());
    }

    /** Counts one finished request. */
    public void record(Outcome outcome) {
        time.reached(outcome.at().toEpochMilli() + outcome.timings().total() / 1000);
        Labels labels = catalogue.labels();
        Outcome.Asked asked = outcome.asked();
        String router = outcome.decision().router();
        boolean decided = !router.equals(UNDECIDED);
        String model = decided ? labels.model(outcome.decision().selected().value()) : UNDECIDED;
        String policy = decided ? labels.policy(outcome.decision().policy()) : UNDECIDED;
        String operation = Operation.of(asked.protocol());
        requests.of(
                        Operation.route(asked.protocol()),
                        asked.protocol(),
                        model,
                        Status.text(outcome.result().status()))
                .increment();
        if (decided) {
            decisions.of(router, policy, model, reason(outcome)).increment();
        }
        if (decided && !router.equals("direct")) {
            routing.of(router).record(outcome.timings().routing(), TimeUnit.MICROSECONDS);
            encoders.of(asked.encoder()).increment();
        }
        cache.of(outcome.result().cache()).increment();
        calls(outcome, labels, operation);
        money(outcome, model, policy);
        if (!outcome.caller().experiment().isEmpty()) {
            exposures
                    .of(labels.experiment(outcome.caller().experiment()), variant(labels, outcome.caller()))
                    .increment();
        }
    }

    /** A variant's name is only as trustworthy as its experiment's. */
    private static String variant(Labels labels, Outcome.Caller caller) {
        return labels.experiment(caller.experiment()).equals("other") ? "other" : caller.variant();
    }

    private static String reason(Outcome outcome) {
        if (outcome.decision().router().equals("direct")) {
            return "named";
        }
        return outcome.calls().size() > 1 ? "several_calls" : "first_choice";
    }

    private void calls(Outcome outcome, Labels labels, String operation) {
        long upstream = 0;
        List<Outcome.Call> calls = outcome.calls();
        for (int i = 0; i < calls.size(); i++) {
            Outcome.Call call = calls.get(i);
            String model = labels.model(call.model());
            String provider = labels.provider(call.backend());
            boolean ok = call.status().equals("ok");
            upstream = Math.max(upstream, call.micros());
            attempts.of(labels.backend(call.backend()), call.status()).increment();
            operations
                    .of(operation, provider, model, model, ok ? "" : call.status())
                    .record(call.micros(), TimeUnit.MICROSECONDS);
            call.experts().ifPresent(told -> {
                told.perToken().ifPresent(mean -> experts.of(model).record(mean));
                told.leastProbability().ifPresent(p -> confidence.of(model).record(100 * p));
            });
            if (ok) {
                tokens.of(operation, provider, model, "input")
                        .record((double) call.usage().inputTokens());
                tokens.of(operation, provider, model, "output")
                        .record((double) call.usage().outputTokens());
            } else if (i + 1 < calls.size()) {
                fallbacks
                        .of(model, labels.model(calls.get(i + 1).model()), call.status())
                        .increment();
            }
        }
        if (!calls.isEmpty()) {
            long rest = Math.max(0, outcome.timings().total() - upstream);
            overhead.of(outcome.asked().protocol()).record(rest, TimeUnit.MICROSECONDS);
        }
        if (outcome.asked().stream() && outcome.timings().firstByte() > 0 && !calls.isEmpty()) {
            Outcome.Call last = calls.getLast();
            firstChunk
                    .of(operation, labels.provider(last.backend()), labels.model(last.model()))
                    .record(outcome.timings().firstByte(), TimeUnit.MICROSECONDS);
        }
    }

    private void money(Outcome outcome, String model, String policy) {
        if (outcome.costNanoUsd().isEmpty()) {
            return;
        }
        long spent = outcome.costNanoUsd().getAsLong();
        cost.of(model, policy).increment(spent * NANO);
        long dearest = 0;
        for (ModelSpec other : catalogue.models()) {
            OptionalLong instead = other.price().costNanoUsd(outcome.usage());
            dearest = Math.max(dearest, instead.orElse(0));
        }
        if (dearest > spent) {
            saved.of("dearest").increment((dearest - spent) * NANO);
        }
    }

    /** Counts one feedback. Clients choose the metric's name: the first 32 become labels, the rest {@code other}. */
    public void feedback(String metric) {
        feedback.of(feedbackNames.label(metric)).increment();
    }

    /** The backends there are now, in place of those before; figures are read when scraped. */
    public void backends(List<String> ids, ToDoubleFunction<String> running, ToDoubleFunction<String> state) {
        inflight.register(rows(ids, running), true);
        states.register(rows(ids, state), true);
    }

    private static List<MultiGauge.Row<?>> rows(List<String> ids, ToDoubleFunction<String> figure) {
        return ids.stream()
                .<MultiGauge.Row<?>>map(id -> MultiGauge.Row.of(Tags.of("backend", id), () -> figure.applyAsDouble(id)))
                .toList();
    }

    /** A figure without labels, such as the length of a queue. */
    public void gauge(String name, String help, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .strongReference(true)
                .register(registry);
    }

    /** A figure of one backend. */
    public void backendGauge(String name, String help, String backend, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags("backend", backend)
                .strongReference(true)
                .register(registry);
    }

    /** A figure of one layer of a local model. */
    public void layerGauge(String name, String help, String model, int layer, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags("model", model, "layer", Integer.toString(layer))
                .strongReference(true)
                .register(registry);
    }

    /** A figure without labels that only grows; {@code source} is kept. */
    public <T> void counter(String name, String help, T source, ToDoubleFunction<T> count) {
        FunctionCounter.builder(name, source, count).description(help).register(registry);
    }

    /** All metrics in Prometheus' text format. Takes milliseconds: not for an event loop. */
    public String scrape() {
        time.reached(System.currentTimeMillis());
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private record Catalogue(Labels labels, List<ModelSpec> models) {
        Catalogue {
            models = List.copyOf(models);
        }
    }
}
