package dev.parley.gateway.pipeline;

import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.config.ModelId;
import dev.parley.gateway.execute.Journal;
import dev.parley.gateway.record.OutcomeJson;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Prediction;
import java.util.Map;
import java.util.OptionalLong;

/** The {@code gateway} object of an explained answer (wire-contract section 12). */
final class Explanation {
    private Explanation() {}

    static RawJson of(Passage p) {
        Decision decision = p.decision();
        JsonOut out = new JsonOut();
        out.object()
                .member("decision_id", p.id)
                .member("requested", p.request().model())
                .member("policy", decision.policy())
                .member("router", decision.router())
                .member("tier", decision.tier().label())
                .member("reason", decision.reason())
                .member("plan", shape(decision.plan()));
        if (!p.advice.isEmpty()) {
            out.member("advice", p.advice);
        }
        if (p.followUp) {
            out.member("follow_up", true);
        }
        p.profile.ifPresent(profile -> OutcomeJson.profile(out, profile));
        out.name("propensity").number(decision.propensity());
        candidates(decision, out);
        out.member("selected", p.model().id().value());
        attempts(p, out);
        money(out, "cost_usd", Costs.total(p));
        money(out, "baseline_cost_usd", dearest(decision));
        p.experiment.ifPresent(e -> out.member("experiment", e.id()));
        p.variant.ifPresent(v -> out.member("variant", v.id()));
        return out.endObject().json();
    }

    private static String shape(Plan plan) {
        return switch (plan) {
            case Plan.Single s -> "single";
            case Plan.Cascade c -> "cascade";
            case Plan.FanOut f -> "fanout";
        };
    }

    private static void candidates(Decision decision, JsonOut out) {
        out.array("candidates");
        for (Prediction prediction : decision.predictions()) {
            out.object().member("model", prediction.model().value());
            out.name("score").number(prediction.quality());
            out.name("uncertainty").number(prediction.uncertainty());
            money(out, "est_cost_usd", prediction.costNanoUsd());
            out.member("est_latency_ms", prediction.latency().toMillis())
                    .member("reason", prediction.evidence())
                    .endObject();
        }
        for (Map.Entry<ModelId, String> excluded : decision.excluded().entrySet()) {
            out.object()
                    .member("model", excluded.getKey().value())
                    .nul("score")
                    .member("reason", "excluded: " + excluded.getValue())
                    .endObject();
        }
        out.endArray();
    }

    private static void attempts(Passage p, JsonOut out) {
        out.array("attempts");
        for (Journal.Entry call : p.journal.entries()) {
            out.object()
                    .member("model", call.model().id().value())
                    .member("backend", call.model().backend())
                    .member("status", call.status())
                    .member("ms", call.micros() / 1000)
                    .endObject();
        }
        out.endArray();
    }

    /** What the dearest candidate would have cost by prediction. */
    private static OptionalLong dearest(Decision decision) {
        return decision.predictions().stream()
                .filter(prediction -> prediction.costNanoUsd().isPresent())
                .mapToLong(prediction -> prediction.costNanoUsd().orElse(0))
                .max();
    }

    private static void money(JsonOut out, String name, OptionalLong nanoUsd) {
        if (nanoUsd.isPresent()) {
            out.name(name).raw(Money.usd(nanoUsd.getAsLong()));
        } else {
            out.nul(name);
        }
    }
}
