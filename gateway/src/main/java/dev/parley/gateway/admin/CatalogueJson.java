package dev.parley.gateway.admin;

import dev.parley.config.BackendSpec;
import dev.parley.config.ExperimentSpec;
import dev.parley.config.KeySpec;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.config.ServerSpec;
import dev.parley.moe.ModelCapacity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Configuration and fleet as JSON. Secrets never appear; prices are USD per million tokens. */
final class CatalogueJson {
    private static final double PICO_USD_PER_TOKEN_TO_USD_PER_MILLION = 1e-6;

    private CatalogueJson() {}

    static JsonArray models(ParleyConfig config, Fleet fleet) {
        JsonArray models = new JsonArray();
        for (ModelSpec model : config.models()) {
            models.add(model(model, fleet));
        }
        return models;
    }

    private static JsonObject model(ModelSpec model, Fleet fleet) {
        JsonObject card = new JsonObject()
                .put("description", model.card().description())
                .put("owner", model.card().owner())
                .put("quality", model.card().quality())
                .put("quality_by_task", numbers(model.card().qualityByTask()))
                .put("output_tokens", model.card().outputTokens())
                .put("ttft_ms", model.card().timeToFirstToken().toMillis())
                .put("tokens_per_second", model.card().tokensPerSecond())
                .put("chars_per_token", model.card().charsPerToken());
        Optional<Fleet.Calibration> seen = fleet.calibration(model.id());
        return new JsonObject()
                .put("id", model.id().value())
                .put("backend", model.backend())
                .put("state", fleet.state(model.backend()))
                .put("upstream_model", model.upstreamModel())
                .put("price", price(model.price()))
                .put(
                        "capabilities",
                        new JsonArray(model.capabilities().stream()
                                .map(c -> c.name().toLowerCase(Locale.ROOT))
                                .sorted()
                                .toList()))
                .put("context_tokens", model.contextTokens())
                .put("max_output_tokens", model.maxOutputTokens())
                .put("single_turn", model.singleTurn())
                .put("card", card)
                .put("calibration", seen.map(CatalogueJson::calibration).orElse(null));
    }

    private static JsonObject calibration(Fleet.Calibration seen) {
        return new JsonObject()
                .put("outcomes", seen.outcomes())
                .put("quality", seen.quality())
                .put("quality_by_task", numbers(seen.qualityByTask()))
                .put("foretold", seen.foretold());
    }

    private static @org.jspecify.annotations.Nullable JsonObject price(Price price) {
        return switch (price) {
            case Price.Unknown ignored -> null;
            case Price.PerToken known ->
                new JsonObject()
                        .put("input", perMillion(known.inputPicoUsd()))
                        .put("output", perMillion(known.outputPicoUsd()))
                        .put("cache_read", perMillion(known.cacheReadPicoUsd()))
                        .put("cache_write", perMillion(known.cacheWritePicoUsd()));
        };
    }

    private static double perMillion(long picoUsd) {
        return picoUsd * PICO_USD_PER_TOKEN_TO_USD_PER_MILLION;
    }

    /** Bytes, and tokens a second of one thread. */
    static JsonObject capacity(Optional<Fleet.Local> local) {
        JsonArray models = new JsonArray();
        JsonObject json = new JsonObject().put("models", models);
        local.ifPresent(engine -> {
            json.put("kv_held_bytes", engine.heldKeysAndValues()).put("kv_kept_bytes", engine.keptKeysAndValues());
            engine.experts().ifPresent(bytes -> json.put("experts_resident_bytes", bytes));
            engine.models().forEach(model -> models.add(capacity(model)));
        });
        return json;
    }

    private static JsonObject capacity(ModelCapacity model) {
        JsonObject json = new JsonObject()
                .put("model", model.name())
                .put("weight_bytes", model.weightBytes())
                .put("token_read_bytes", model.activeBytes())
                .put("kv_bytes_per_token", model.positionBytes())
                .put("context_tokens", model.contextTokens())
                .putNull("foretold");
        model.foretold()
                .ifPresent(speed -> json.put(
                        "foretold",
                        new JsonObject()
                                .put("after_tokens", speed.after())
                                .put("one_answer", speed.one())
                                .put("eight_answers", speed.eight())
                                .put("prompt", speed.prompt())));
        return json;
    }

    static JsonArray backends(ParleyConfig config, Fleet fleet) {
        JsonArray backends = new JsonArray();
        for (BackendSpec backend : config.backends()) {
            backends.add(backend(backend)
                    .put("state", fleet.state(backend.id()))
                    .put(
                            "models",
                            new JsonArray(config.models().stream()
                                    .filter(m -> m.backend().equals(backend.id()))
                                    .map(m -> m.id().value())
                                    .toList())));
        }
        return backends;
    }

    private static JsonObject backend(BackendSpec backend) {
        JsonObject json = new JsonObject().put("id", backend.id());
        return switch (backend) {
            case BackendSpec.Http http ->
                json.put("kind", http.protocol().name().toLowerCase(Locale.ROOT))
                        .put("base_url", withoutUser(http.baseUrl()))
                        .put("key", http.apiKey().toString())
                        .put(
                                "headers",
                                new JsonArray(http.headers().keySet().stream()
                                        .sorted()
                                        .toList()))
                        .put("max_connections", http.maxConnections())
                        .put("max_retries", http.maxRetries());
            case BackendSpec.Moe moe ->
                json.put("kind", "moe")
                        .put("directory", moe.directory())
                        .put("threads", moe.threads())
                        .put("max_sequences", moe.maxSequences())
                        .put("max_queue", moe.maxQueue())
                        .put("experts_memory", moe.expertsMemory())
                        .put("experts_twins", moe.expertsTwins())
                        .put("kv_memory", moe.kvMemory());
            case BackendSpec.LlamaCpp cpp ->
                json.put("kind", "llamacpp")
                        .put("library", cpp.library())
                        .put("directory", cpp.directory())
                        .put("threads", cpp.threads())
                        .put("max_sequences", cpp.maxSequences())
                        .put("max_queue", cpp.maxQueue())
                        .put("context", cpp.context());
            case BackendSpec.Embedding ignored -> json.put("kind", "embedding");
        };
    }

    /** A password in an address is a secret too. */
    private static String withoutUser(URI address) {
        String port = address.getPort() < 0 ? "" : ":" + address.getPort();
        return address.getScheme() + "://" + address.getHost() + port + address.getPath();
    }

    /** The whole configuration without its secrets. */
    static JsonObject config(ParleyConfig config, Fleet fleet) {
        JsonArray policies = new JsonArray();
        config.policies().forEach(policy -> policies.add(policy(policy)));
        JsonArray keys = new JsonArray();
        config.keys().forEach(key -> keys.add(key(key, fleet)));
        JsonArray experiments = new JsonArray();
        config.experiments().forEach(experiment -> experiments.add(experiment(experiment)));
        return new JsonObject()
                .put("server", server(config.server()))
                .put(
                        "routing",
                        new JsonObject()
                                .put("default_policy", config.routing().defaultPolicy())
                                .put("device", config.routing().device().name().toLowerCase(Locale.ROOT))
                                .put("encoder_threads", config.routing().encoderThreads())
                                .put("max_tokens", config.routing().maxTokens())
                                .put("deadline_ms", config.routing().deadline().toMillis())
                                .put("graph", config.routing().graph())
                                .put("router", config.routing().router())
                                .put(
                                        "router_by_policy",
                                        new JsonObject(
                                                Map.copyOf(config.routing().routerByPolicy()))))
                .put(
                        "cache",
                        new JsonObject()
                                .put("enabled", config.cache().enabled())
                                .put("max_bytes", config.cache().maxBytes())
                                .put("ttl_s", config.cache().timeToLive().toSeconds()))
                .put(
                        "record",
                        new JsonObject()
                                .put("path", config.record().path())
                                .put("prompts", config.record().prompts())
                                .put(
                                        "retention_days",
                                        config.record().retention().toDays()))
                .put("policies", policies)
                .put("keys", keys)
                .put("experiments", experiments)
                .put("backends", config.backends().size())
                .put("models", config.models().size());
    }

    private static JsonObject server(ServerSpec server) {
        return new JsonObject()
                .put("host", server.host())
                .put("port", server.port())
                .put("admin_host", server.adminHost())
                .put("admin_port", server.adminPort())
                .put("admin_key", server.adminKey().toString())
                .put("transport", server.transport().name().toLowerCase(Locale.ROOT))
                .put("max_body_bytes", server.maxBodyBytes())
                .put("strict", server.strict());
    }

    private static JsonObject policy(PolicySpec policy) {
        JsonObject json = new JsonObject().put("id", policy.id());
        switch (policy) {
            case PolicySpec.Weighted weighted ->
                json.put("form", "weighted")
                        .put("cost_weight", weighted.costWeight())
                        .put("cost_reference_nano_usd", weighted.costReferenceNanoUsd())
                        .put("latency_weight", weighted.latencyWeight())
                        .put("latency_reference_ms", weighted.latencyReference().toMillis());
            case PolicySpec.CheapestSufficient cheapest ->
                json.put("form", "cheapest_sufficient").put("caution", cheapest.caution());
            case PolicySpec.Threshold threshold -> {
                json.put("form", "threshold")
                        .put("strong", threshold.strong().value())
                        .put("weak", threshold.weak().value())
                        .put("lead", threshold.lead().name().toLowerCase(Locale.ROOT));
                switch (threshold.bar()) {
                    case PolicySpec.Fixed fixed -> json.put("threshold", fixed.lead());
                    case PolicySpec.Risk risk ->
                        json.put("risk", risk.tolerated()).put("confidence", risk.confidence());
                }
            }
        }
        PolicySpec.Limits limits = policy.limits();
        return json.put("max_cost_nano_usd", limits.maxCostNanoUsd() == Long.MAX_VALUE ? null : limits.maxCostNanoUsd())
                .put("min_quality", limits.minQuality())
                .put("max_latency_ms", limits.maxLatency().toMillis());
    }

    private static JsonObject key(KeySpec key, Fleet fleet) {
        boolean capped = key.budget().nanoUsd() != Long.MAX_VALUE;
        return new JsonObject()
                .put("id", key.id())
                .put("allowed_models", new JsonArray(key.allowedModels()))
                .put("policy", key.policy())
                .put("budget_nano_usd", capped ? key.budget().nanoUsd() : null)
                .put("budget_period_s", key.budget().period().toSeconds())
                .put("spent_nano_usd", fleet.spending().getOrDefault(key.id(), 0L))
                .put("requests_per_minute", limit(key.rate().requestsPerMinute()))
                .put("tokens_per_minute", limit(key.rate().tokensPerMinute()));
    }

    private static @org.jspecify.annotations.Nullable Long limit(long value) {
        return value == Long.MAX_VALUE ? null : value;
    }

    private static JsonObject experiment(ExperimentSpec experiment) {
        JsonArray variants = new JsonArray();
        experiment
                .variants()
                .forEach(variant -> variants.add(new JsonObject()
                        .put("id", variant.id())
                        .put("weight", variant.weight())
                        .put("policy", variant.policy())));
        return new JsonObject()
                .put("id", experiment.id())
                .put("seed", experiment.seed())
                .put("unit", experiment.unit().name().toLowerCase(Locale.ROOT))
                .put("coverage", experiment.coverage())
                .put("variants", variants);
    }

    private static JsonObject numbers(Map<String, Double> values) {
        return new JsonObject(
                values.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
}
