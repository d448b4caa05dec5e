package dev.parley.gateway.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.config.ModelId;
import dev.parley.config.Usage;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Prediction;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** An outcome as a JSON document: what the log keeps and the management side shows. Amounts are nano-USD, unknown ones null. */
public final class OutcomeJson {
    private static final JsonFactory JSON = new JsonFactory();

    private OutcomeJson() {}

    /** The whole outcome; its content only if {@code prompts}. */
    public static String document(Outcome outcome, boolean prompts) {
        return text(json -> {
            json.writeStartObject();
            json.writeStringField("id", outcome.id());
            json.writeStringField("at", outcome.at().toString());
            caller(json, outcome.caller());
            asked(json, outcome.asked());
            decision(json, outcome.decision());
            json.writeArrayFieldStart("calls");
            for (Outcome.Call call : outcome.calls()) {
                call(json, call);
            }
            json.writeEndArray();
            usage(json, outcome.usage());
            money(json, "cost_nano_usd", outcome.costNanoUsd());
            tail(json, outcome);
            if (prompts) {
                json.writeObjectFieldStart("content");
                json.writeStringField("prompt", outcome.content().prompt());
                json.writeStringField("answer", outcome.content().answer());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /** The document of a recorded outcome with its feedback as the last member. */
    public static String withFeedback(OutcomeLog.Recorded recorded) {
        String feedback = text(json -> {
            json.writeStartArray();
            for (OutcomeLog.Feedback said : recorded.feedback()) {
                json.writeStartObject();
                json.writeStringField("metric", said.metric());
                number(json, "value", said.value());
                json.writeStringField("tags", said.tags());
                json.writeStringField("at", said.at().toString());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
        String document = recorded.json();
        return document.substring(0, document.length() - 1) + ",\"feedback\":" + feedback + "}";
    }

    private static void caller(JsonGenerator json, Outcome.Caller caller) throws IOException {
        json.writeObjectFieldStart("caller");
        json.writeStringField("key", caller.key());
        json.writeStringField("session", caller.session());
        json.writeStringField("experiment", caller.experiment());
        json.writeStringField("variant", caller.variant());
        json.writeEndObject();
    }

    private static void asked(JsonGenerator json, Outcome.Asked asked) throws IOException {
        json.writeObjectFieldStart("asked");
        json.writeStringField("protocol", asked.protocol());
        json.writeStringField("model", asked.model());
        json.writeBooleanField("stream", asked.stream());
        json.writeNumberField("estimated_input_tokens", asked.estimatedInputTokens());
        json.writeStringField("encoder", asked.encoder());
        json.writeEndObject();
    }

    private static void decision(JsonGenerator json, Decision decision) throws IOException {
        json.writeObjectFieldStart("decision");
        json.writeStringField("selected", decision.selected().value());
        plan(json, decision.plan());
        json.writeStringField("reason", decision.reason());
        number(json, "propensity", decision.propensity());
        json.writeStringField("router", decision.router());
        json.writeStringField("policy", decision.policy());
        json.writeStringField("snapshot", decision.snapshot());
        json.writeArrayFieldStart("candidates");
        for (Prediction prediction : decision.predictions()) {
            prediction(json, prediction);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("excluded");
        for (Map.Entry<ModelId, String> out : decision.excluded().entrySet()) {
            json.writeStringField(out.getKey().value(), out.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void plan(JsonGenerator json, Plan plan) throws IOException {
        json.writeObjectFieldStart("plan");
        switch (plan) {
            case Plan.Single ignored -> json.writeStringField("shape", "single");
            case Plan.Cascade cascade -> {
                json.writeStringField("shape", "cascade");
                json.writeNumberField("accept_threshold", cascade.acceptThreshold());
            }
            case Plan.FanOut fanOut -> {
                json.writeStringField("shape", "fanout");
                json.writeStringField("aggregation", fanOut.aggregation().name());
            }
        }
        json.writeArrayFieldStart("models");
        for (ModelId model : plan.models()) {
            json.writeString(model.value());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void prediction(JsonGenerator json, Prediction prediction) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", prediction.model().value());
        number(json, "quality", prediction.quality());
        number(json, "uncertainty", prediction.uncertainty());
        number(json, "output_tokens", prediction.outputTokens());
        money(json, "cost_nano_usd", prediction.costNanoUsd());
        json.writeNumberField("latency_us", prediction.latency().toNanos() / 1000);
        json.writeStringField("evidence", prediction.evidence());
        json.writeEndObject();
    }

    private static void call(JsonGenerator json, Outcome.Call call) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", call.model());
        json.writeStringField("backend", call.backend());
        json.writeStringField("status", call.status());
        usage(json, call.usage());
        money(json, "cost_nano_usd", call.costNanoUsd());
        json.writeNumberField("us", call.micros());
        json.writeEndObject();
    }

    private static void usage(JsonGenerator json, Usage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", usage.inputTokens());
        json.writeNumberField("cached_input_tokens", usage.cachedInputTokens());
        json.writeNumberField("cache_write_tokens", usage.cacheWriteTokens());
        json.writeNumberField("output_tokens", usage.outputTokens());
        json.writeNumberField("reasoning_tokens", usage.reasoningTokens());
        json.writeBooleanField("estimated", usage.estimated());
        json.writeEndObject();
    }

    private static void tail(JsonGenerator json, Outcome outcome) throws IOException {
        json.writeObjectFieldStart("timings");
        json.writeNumberField("routing_us", outcome.timings().routing());
        json.writeNumberField("first_byte_us", outcome.timings().firstByte());
        json.writeNumberField("total_us", outcome.timings().total());
        json.writeEndObject();
        json.writeObjectFieldStart("result");
        json.writeNumberField("status", outcome.result().status());
        json.writeStringField("finish", outcome.result().finish());
        json.writeStringField("cache", outcome.result().cache());
        json.writeEndObject();
    }

    /** JSON knows no NaN: a figure that is none is null. */
    private static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }

    static void money(JsonGenerator json, String name, OptionalLong nanoUsd) throws IOException {
        if (nanoUsd.isPresent()) {
            json.writeNumberField(name, nanoUsd.getAsLong());
        } else {
            json.writeNullField(name);
        }
    }

    static String text(Body body) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Documents as one JSON array. */
    public static String array(List<OutcomeLog.Recorded> recorded) {
        StringBuilder text = new StringBuilder("[");
        for (OutcomeLog.Recorded one : recorded) {
            text.append(text.length() > 1 ? "," : "").append(withFeedback(one));
        }
        return text.append(']').toString();
    }

    /** Writes one JSON value. */
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }
}
