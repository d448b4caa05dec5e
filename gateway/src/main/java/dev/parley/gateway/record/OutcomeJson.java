package dev.parley.gateway.record;

import dev.parley.chat.json.JsonOut;
import dev.parley.config.ModelId;
import dev.parley.config.Usage;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Prediction;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** An outcome as a JSON document: what the log keeps and the management side shows. Amounts are nano-USD, unknown ones null. */
public final class OutcomeJson {
    /** Member of {@code result}; {@link OutcomeReader#byAnswer} looks for its text. */
    static final String ANSWER_ID = "answer_id";

    private static final double LEAST_SHARE = 0.01;

    private OutcomeJson() {}

    /** The whole outcome; its content only if {@code prompts}. */
    public static String document(Outcome outcome, boolean prompts) {
        return text(json -> {
            json.object();
            json.member("id", outcome.id());
            json.member("at", outcome.at().toString());
            caller(json, outcome.caller());
            asked(json, outcome.asked());
            decision(json, outcome.decision());
            json.array("calls");
            for (Outcome.Call call : outcome.calls()) {
                call(json, call);
            }
            json.endArray();
            usage(json, outcome.usage());
            money(json, "cost_nano_usd", outcome.costNanoUsd());
            tail(json, outcome);
            if (prompts) {
                json.object("content");
                json.member("prompt", outcome.content().prompt());
                json.member("answer", outcome.content().answer());
                json.endObject();
            }
            json.endObject();
        });
    }

    /** The document of a recorded outcome with its feedback as the last member. */
    public static String withFeedback(OutcomeLog.Recorded recorded) {
        String feedback = text(json -> {
            json.array();
            for (OutcomeLog.Feedback said : recorded.feedback()) {
                json.object();
                json.member("metric", said.metric());
                number(json, "value", said.value());
                json.member("tags", said.tags());
                json.member("at", said.at().toString());
                json.endObject();
            }
            json.endArray();
        });
        String document = recorded.json();
        return document.substring(0, document.length() - 1) + ",\"feedback\":" + feedback + "}";
    }

    private static void caller(JsonOut json, Outcome.Caller caller) {
        json.object("caller");
        json.member("key", caller.key());
        json.member("session", caller.session());
        json.member("experiment", caller.experiment());
        json.member("variant", caller.variant());
        if (!caller.tags().isEmpty()) {
            json.member("tags", caller.tags());
        }
        json.endObject();
    }

    /** What the heads read off a query, as the member {@code profile}. */
    public static void profile(JsonOut json, QueryProfile profile) {
        json.object("profile");
        json.member("words", profile.words());
        json.member("language", profile.language().likely());
        number(json, "language_chance", profile.language().chance());
        shares(json, "domains", profile.space(), profile.domains());
        shares(json, "involved", profile.space(), profile.involved());
        number(json, "difficulty", profile.difficulty());
        number(json, "output_tokens", profile.outputTokens());
        json.object("flags");
        for (int f = 0; f < profile.flags().length; f++) {
            number(json, profile.space().flags().get(f), profile.flags()[f]);
        }
        json.endObject();
        json.endObject();
    }

    private static void shares(JsonOut json, String member, SkillSpace space, float[] shares) {
        json.object(member);
        for (int d = 0; d < shares.length; d++) {
            if (shares[d] >= LEAST_SHARE) {
                number(json, space.domains().get(d), shares[d]);
            }
        }
        json.endObject();
    }

    private static void asked(JsonOut json, Outcome.Asked asked) {
        json.object("asked");
        json.member("protocol", asked.protocol());
        json.member("model", asked.model());
        json.member("stream", asked.stream());
        json.member("estimated_input_tokens", asked.estimatedInputTokens());
        some(json, "turns", asked.shape().turns());
        some(json, "tools", asked.shape().tools());
        some(json, "attachments", asked.shape().attachments());
        some(json, "schema_chars", asked.shape().schemaChars());
        json.member("encoder", asked.encoder());
        if (asked.followUp()) {
            json.member("follow_up", true);
        }
        asked.profile().ifPresent(profile -> profile(json, profile));
        json.endObject();
    }

    private static void decision(JsonOut json, Decision decision) {
        json.object("decision");
        json.member("selected", decision.selected().value());
        plan(json, decision.plan());
        json.member("reason", decision.reason());
        number(json, "propensity", decision.propensity());
        json.member("router", decision.router());
        json.member("tier", decision.tier().label());
        json.member("policy", decision.policy());
        json.member("snapshot", decision.snapshot());
        decision.prediction(decision.selected())
                .ifPresent(chosen -> number(json, "predicted_quality", chosen.quality()));
        json.array("candidates");
        for (Prediction prediction : decision.predictions()) {
            prediction(json, prediction);
        }
        json.endArray();
        json.object("excluded");
        for (Map.Entry<ModelId, String> out : decision.excluded().entrySet()) {
            json.member(out.getKey().value(), out.getValue());
        }
        json.endObject();
        json.endObject();
    }

    private static void plan(JsonOut json, Plan plan) {
        json.object("plan");
        switch (plan) {
            case Plan.Single ignored -> json.member("shape", "single");
            case Plan.Cascade cascade -> {
                json.member("shape", "cascade");
                json.member("accept_threshold", cascade.acceptThreshold());
            }
            case Plan.FanOut fanOut -> {
                json.member("shape", "fanout");
                json.member("aggregation", fanOut.aggregation().name());
            }
        }
        json.array("models");
        for (ModelId model : plan.models()) {
            json.string(model.value());
        }
        json.endArray();
        json.endObject();
    }

    private static void prediction(JsonOut json, Prediction prediction) {
        json.object();
        json.member("model", prediction.model().value());
        number(json, "quality", prediction.quality());
        number(json, "uncertainty", prediction.uncertainty());
        number(json, "output_tokens", prediction.outputTokens());
        money(json, "cost_nano_usd", prediction.costNanoUsd());
        json.member("latency_us", prediction.latency().toNanos() / 1000);
        json.member("evidence", prediction.evidence());
        json.endObject();
    }

    private static void call(JsonOut json, Outcome.Call call) {
        json.object();
        json.member("model", call.model());
        json.member("backend", call.backend());
        json.member("status", call.status());
        usage(json, call.usage());
        money(json, "cost_nano_usd", call.costNanoUsd());
        json.member("us", call.micros());
        call.experts().ifPresent(experts -> experts(json, experts));
        json.endObject();
    }

    private static void experts(JsonOut json, Outcome.Experts experts) {
        json.object("moe");
        experts.perToken().ifPresent(mean -> number(json, "experts_per_token", mean));
        experts.entropy().ifPresent(nats -> number(json, "gate_entropy", nats));
        experts.meanProbability().ifPresent(p -> number(json, "confidence_mean", p));
        experts.leastProbability().ifPresent(p -> number(json, "confidence_min", p));
        json.endObject();
    }

    private static void usage(JsonOut json, Usage usage) {
        json.object("usage");
        json.member("input_tokens", usage.inputTokens());
        json.member("output_tokens", usage.outputTokens());
        some(json, "cached_input_tokens", usage.cachedInputTokens());
        some(json, "cache_write_tokens", usage.cacheWriteTokens());
        some(json, "reasoning_tokens", usage.reasoningTokens());
        if (usage.estimated()) {
            json.member("estimated", true);
        }
        json.endObject();
    }

    /** What is seldom there is left out when it is zero. */
    private static void some(JsonOut json, String name, long count) {
        if (count != 0) {
            json.member(name, count);
        }
    }

    private static void tail(JsonOut json, Outcome outcome) {
        json.object("timings");
        json.member("routing_us", outcome.timings().routing());
        json.member("first_byte_us", outcome.timings().firstByte());
        json.member("total_us", outcome.timings().total());
        json.endObject();
        json.object("result");
        json.member("status", outcome.result().status());
        json.member("finish", outcome.result().finish());
        json.member("cache", outcome.result().cache());
        if (!outcome.result().answerId().isEmpty()) {
            json.member(ANSWER_ID, outcome.result().answerId());
        }
        json.endObject();
    }

    /** JSON knows no NaN: a figure that is none is null. */
    static void number(JsonOut json, String name, double value) {
        if (Double.isFinite(value)) {
            json.member(name, value);
        } else {
            json.nul(name);
        }
    }

    static void money(JsonOut json, String name, OptionalLong nanoUsd) {
        if (nanoUsd.isPresent()) {
            json.member(name, nanoUsd.getAsLong());
        } else {
            json.nul(name);
        }
    }

    static String text(Consumer<JsonOut> body) {
        JsonOut json = new JsonOut(1024);
        body.accept(json);
        return json.toString();
    }

    /** Documents as one JSON array. */
    public static String array(List<OutcomeLog.Recorded> recorded) {
        StringBuilder text = new StringBuilder("[");
        for (OutcomeLog.Recorded one : recorded) {
            text.append(text.length() > 1 ? "," : "").append(withFeedback(one));
        }
        return text.append(']').toString();
    }
}
