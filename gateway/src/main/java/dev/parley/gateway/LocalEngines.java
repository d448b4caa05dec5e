package dev.parley.gateway;

import dev.parley.chat.Backend;
import dev.parley.chat.ChatFailure;
import dev.parley.config.BackendSpec;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.gateway.observe.GatewayMetrics;
import dev.parley.moe.LlamaCppRuntime;
import dev.parley.moe.MoeModel;
import dev.parley.moe.MoeRuntime;
import dev.parley.moe.engine.gate.GateSummary;
import dev.parley.moe.engine.model.ExpertCache;
import io.vertx.core.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What computes models in this process, and in processes beside it; its figures. Thread-safe. */
final class LocalEngines implements AutoCloseable {
    private static final long WARM_SECONDS = 60;

    private final Optional<MoeRuntime> moe;
    private final Map<String, LlamaCppRuntime> llamaCpp;
    private final Map<BackendSpec, Set<String>> loaded; // names of models

    private LocalEngines(
            Optional<MoeRuntime> moe, Map<String, LlamaCppRuntime> llamaCpp, Map<BackendSpec, Set<String>> loaded) {
        this.moe = moe;
        this.llamaCpp = llamaCpp;
        this.loaded = loaded;
    }

    /** Takes a second where models are many. Throws what names the file, the field or the library at fault. */
    static LocalEngines start(ParleyConfig config) {
        LocalEngines started = new LocalEngines(
                config.backends().stream()
                        .filter(BackendSpec.Moe.class::isInstance)
                        .map(BackendSpec.Moe.class::cast)
                        .findFirst()
                        .map(MoeRuntime::start),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        try {
            for (BackendSpec backend : config.backends()) {
                started.load(backend, config.modelsOf(backend.id()));
            }
            started.require(config);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void load(BackendSpec backend, List<ModelSpec> models) {
        switch (backend) {
            case BackendSpec.LlamaCpp spec -> {
                llamaCpp.put(spec.id(), LlamaCppRuntime.start(spec, models));
                loaded.put(spec, models.stream().map(ModelSpec::upstreamModel).collect(Collectors.toSet()));
            }
            case BackendSpec.Moe spec ->
                loaded.put(spec, Set.copyOf(moe.orElseThrow().modelNames()));
            case BackendSpec.Http spec -> {}
            case BackendSpec.Embedding spec -> {}
        }
    }

    /** Throws {@link IllegalArgumentException} if the configuration wants what is not loaded: a reload loads nothing. */
    void require(ParleyConfig config) {
        for (BackendSpec backend : config.backends()) {
            boolean local = backend instanceof BackendSpec.Moe || backend instanceof BackendSpec.LlamaCpp;
            if (local && !loaded.containsKey(backend)) {
                throw new IllegalArgumentException("Backend '" + backend.id()
                        + "' is new or changed, but local models are loaded at the start only. Restart Parley, or take the"
                        + " change back.");
            }
            Set<String> names = loaded.getOrDefault(backend, Set.of());
            for (ModelSpec model : local ? config.modelsOf(backend.id()) : List.<ModelSpec>of()) {
                if (!names.contains(model.upstreamModel())) {
                    throw new IllegalArgumentException("Backend '" + backend.id() + "' has loaded no model '"
                            + model.upstreamModel() + "' (model '" + model.id() + "'); it has "
                            + String.join(", ", new TreeSet<>(names))
                            + ". Correct its 'upstream', or restart Parley if its"
                            + " file is new.");
                }
                Optional.ofNullable(llamaCpp.get(backend.id())).ifPresent(runtime -> runtime.require(model));
            }
        }
    }

    /** Throws {@link IllegalArgumentException} for libraries or folders of models that are not there. */
    static void check(BackendSpec backend) {
        switch (backend) {
            case BackendSpec.LlamaCpp spec -> LlamaCppRuntime.check(spec);
            case BackendSpec.Moe spec -> MoeRuntime.check(spec);
            case BackendSpec.Http spec -> {}
            case BackendSpec.Embedding spec -> {}
        }
    }

    /** What computes in this process, if anything does. */
    Optional<MoeRuntime> moe() {
        return moe;
    }

    /** What can wait until clients are served. */
    void warmUp() {
        moe.ifPresent(MoeRuntime::warmUp);
    }

    /** As {@link #warmUp}, and waits for its end, a minute at most. */
    void awaitWarm() {
        moe.ifPresent(runtime -> {
            try {
                runtime.awaitWarm(WARM_SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whether answers come as fast as they ever will. */
    boolean warm() {
        return moe.map(MoeRuntime::warm).orElse(true);
    }

    /** Why no model of a backend can be computed just now; empty if they can, or are computed elsewhere. */
    Optional<String> trouble(String backend) {
        return Optional.ofNullable(llamaCpp.get(backend)).flatMap(LlamaCppRuntime::trouble);
    }

    /** A backend for an event loop. */
    Backend backend(BackendSpec.Moe spec, Context context) {
        return moe.map(runtime -> runtime.backend(context)).orElseThrow(() -> late(spec));
    }

    /** A backend for an event loop. */
    Backend backend(BackendSpec.LlamaCpp spec, Context context) {
        return Optional.ofNullable(llamaCpp.get(spec.id()))
                .map(runtime -> runtime.backend(context))
                .orElseThrow(() -> late(spec));
    }

    private static ChatFailure late(BackendSpec spec) {
        return ChatFailure.of(
                ChatFailure.Kind.ALL_BACKENDS_DOWN,
                "Backend '" + spec.id() + "' was added while running; restart the gateway to load it.");
    }

    void gauges(GatewayMetrics metrics) {
        moe.ifPresent(runtime -> {
            metrics.gauge("gateway.moe.running", "Answers the embedded models compute now", runtime::running);
            metrics.gauge("gateway.moe.queued", "Answers waiting for the embedded models", runtime::queued);
            keysAndValues(metrics, runtime);
            if (runtime.expertCache().isPresent()) {
                expertCache(metrics, runtime);
            }
            runtime.describe().stream().filter(m -> m.experts() > 0).forEach(m -> gates(metrics, runtime, m));
        });
        llamaCpp.forEach((id, runtime) -> {
            metrics.backendGauge("gateway.llamacpp.running", "Answers llama.cpp computes now", id, runtime::running);
            metrics.backendGauge("gateway.llamacpp.queued", "Answers waiting for llama.cpp", id, runtime::queued);
            metrics.backendGauge(
                    "gateway.llamacpp.restarts",
                    "Processes started in place of one that had ended",
                    id,
                    runtime::restarts);
        });
    }

    private static void keysAndValues(GatewayMetrics metrics, MoeRuntime runtime) {
        metrics.gauge(
                "gateway.moe.kv.held.bytes",
                "Bytes of keys and values that running answers look at",
                () -> runtime.kv().heldBytes());
        metrics.gauge(
                "gateway.moe.kv.kept.bytes",
                "Bytes of keys and values kept of finished answers",
                () -> runtime.kv().keptBytes());
        metrics.counter(
                "gateway.moe.prompt.tokens",
                "Tokens of all prompts to the embedded models",
                runtime,
                r -> r.kv().promptTokens());
        metrics.counter(
                "gateway.moe.prompt.reused.tokens",
                "Tokens of prompts whose keys and values were there already",
                runtime,
                r -> r.kv().reusedTokens());
        metrics.counter(
                "gateway.moe.kv.evicted.pages",
                "Pages of keys and values given up for others",
                runtime,
                r -> r.kv().evictedPages());
    }

    private static void expertCache(GatewayMetrics metrics, MoeRuntime runtime) {
        Supplier<ExpertCache.Figures> figures = () -> runtime.expertCache().orElseThrow();
        metrics.counter(
                "gateway.moe.cache.hits",
                "Experts that were in memory when needed",
                figures,
                f -> f.get().hits());
        metrics.counter(
                "gateway.moe.cache.misses",
                "Experts that had to be waited for",
                figures,
                f -> f.get().misses());
        metrics.counter(
                "gateway.moe.cache.stood.in",
                "Experts in whose place their 4-bit twin was computed",
                figures,
                f -> f.get().stoodIn());
        metrics.counter(
                "gateway.moe.cache.loaded.bytes",
                "Bytes of experts read from files",
                figures,
                f -> f.get().loadedBytes());
        metrics.gauge(
                "gateway.moe.cache.resident.bytes",
                "Bytes of experts in memory",
                () -> figures.get().residentBytes());
        metrics.gauge(
                "gateway.moe.cache.recall",
                "Share of the chosen experts foreseen one layer ahead",
                () -> figures.get().recall());
    }

    private static void gates(GatewayMetrics metrics, MoeRuntime runtime, MoeModel model) {
        for (int n = 0; n < model.layers(); n++) {
            int layer = n;
            metrics.layerGauge(
                    "gateway.moe.gate.entropy",
                    "Entropy of the gate's choice so far, mean, in nats",
                    model.name(),
                    layer,
                    () -> layer(runtime, model, layer).meanEntropy());
            metrics.layerGauge(
                    "gateway.moe.gate.busiest",
                    "Share of all choices so far that fell on the layer's busiest expert",
                    model.name(),
                    layer,
                    () -> layer(runtime, model, layer).busiestShare());
        }
    }

    private static GateSummary.Layer layer(MoeRuntime runtime, MoeModel model, int layer) {
        return runtime.gates(model.name()).orElseThrow().layers().get(layer);
    }

    @Override
    public void close() {
        llamaCpp.values().forEach(LlamaCppRuntime::close);
        moe.ifPresent(MoeRuntime::close);
    }
}
