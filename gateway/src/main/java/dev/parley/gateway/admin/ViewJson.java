package dev.parley.gateway.admin;

import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.lab.Worth;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Dry runs, the graph and experiments as JSON. Figures that cannot be told yet are null. */
final class ViewJson {
    private ViewJson() {}

    static JsonObject routed(Playground.Routed routed) {
        Decision decision = routed.decision();
        JsonArray candidates = new JsonArray();
        decision.predictions().forEach(prediction -> candidates.add(prediction(prediction)));
        JsonObject excluded = new JsonObject();
        decision.excluded().forEach((model, reason) -> excluded.put(model.value(), reason));
        return new JsonObject()
                .put("selected", decision.selected().value())
                .put(
                        "models",
                        new JsonArray(decision.plan().models().stream()
                                .map(m -> m.value())
                                .toList()))
                .put("policy", decision.policy())
                .put("router", decision.router())
                .put("tier", decision.tier().label())
                .put("reason", decision.reason())
                .put("candidates", candidates)
                .put("excluded", excluded)
                .put("snapshot", decision.snapshot())
                .put("encoder", routed.encoder())
                .put("us", routed.micros());
    }

    private static JsonObject prediction(Prediction prediction) {
        JsonObject json = new JsonObject()
                .put("model", prediction.model().value())
                .put("quality", number(prediction.quality()))
                .put("uncertainty", number(prediction.uncertainty()))
                .put("output_tokens", number(prediction.outputTokens()))
                .put("latency_us", prediction.latency().toNanos() / 1000)
                .put("evidence", prediction.evidence());
        prediction
                .costNanoUsd()
                .ifPresentOrElse(cost -> json.put("cost_nano_usd", cost), () -> json.putNull("cost_nano_usd"));
        return json;
    }

    static JsonObject graph(Fleet.Picture picture, Optional<Worth> worth) {
        JsonArray nodes = new JsonArray();
        picture.nodes().forEach(node -> nodes.add(node(node)));
        JsonArray edges = new JsonArray();
        picture.edges()
                .forEach(edge -> edges.add(new JsonObject()
                        .put("from", edge.from())
                        .put("to", edge.to())
                        .put("weight", number(edge.weight()))
                        .put("quality", number(edge.quality()))));
        return new JsonObject()
                .put("nodes", nodes)
                .put("edges", edges)
                .put("worth", worth.map(ViewJson::worth).orElse(null));
    }

    /** Newcomers alone have the member {@code newcomer}. */
    private static JsonObject node(Fleet.Node node) {
        JsonObject json = new JsonObject()
                .put("id", node.id())
                .put("kind", node.kind())
                .put("label", node.label())
                .put("weight", number(node.weight()));
        node.joined()
                .ifPresent(joined -> json.put(
                        "newcomer",
                        new JsonObject().put("probes", joined.probes()).put("uncertainty", joined.uncertainty())));
        return json;
    }

    private static JsonObject worth(Worth worth) {
        return new JsonObject()
                .put("shown", worth.shown())
                .put("over_hull", worth.overHull())
                .put("low", worth.low())
                .put("high", worth.high())
                .put("queries", worth.queries())
                .put("models", new JsonArray(worth.models()))
                .put("words", worth.words());
    }

    static JsonArray experiments(List<Experiments.Report> reports) {
        JsonArray json = new JsonArray();
        for (Experiments.Report report : reports) {
            JsonArray arms = new JsonArray();
            report.arms()
                    .forEach(arm -> arms.add(new JsonObject()
                            .put("variant", arm.variant())
                            .put("metric", arm.metric())
                            .put("units", arm.units())
                            .put("requests", number(arm.requests()))
                            .put("mean", number(arm.mean()))
                            .put("standard_error", number(arm.standardError()))));
            JsonArray effects = new JsonArray();
            report.effects()
                    .forEach(effect -> effects.add(new JsonObject()
                            .put("variant", effect.variant())
                            .put("metric", effect.metric())
                            .put("difference", number(effect.difference()))
                            .put("low", number(effect.low()))
                            .put("high", number(effect.high()))));
            json.add(new JsonObject()
                    .put("id", report.id())
                    .put("arms", arms)
                    .put("effects", effects)
                    .put("sample_ratio_p", number(report.sampleRatioP())));
        }
        return json;
    }

    private static @org.jspecify.annotations.Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
