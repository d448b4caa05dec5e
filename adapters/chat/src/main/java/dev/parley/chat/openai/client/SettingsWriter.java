package dev.parley.chat.openai.client;

import dev.parley.chat.BackendCall;
import dev.parley.chat.Conversation;
import dev.parley.chat.ExpertAsk;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.openai.RelayEdit;
import dev.parley.config.Capability;
import java.util.List;
import java.util.regex.Pattern;

/** Settings as chat completions have them; what they lack is dropped with a warning. */
final class SettingsWriter {
    private static final int MOST_STOPS = 4;
    /** OpenAI's reasoning models refuse the old name of the limit; most other servers know only that one. */
    private static final Pattern NEW_LIMIT_NAME = Pattern.compile("(^|/)(o[1-9]|gpt-[5-9])");

    private final BackendCall call;
    private final Conversation conversation;
    private final JsonOut out;

    SettingsWriter(BackendCall call, JsonOut out) {
        this.call = call;
        this.conversation = call.request().conversation();
        this.out = out;
    }

    void write() {
        for (Setting setting : Setting.values()) {
            RawJson value = conversation.settings().get(setting);
            if (value != null) {
                write(setting, value);
            }
        }
    }

    private void write(Setting setting, RawJson value) {
        switch (setting) {
            case MAX_OUTPUT_TOKENS -> out.member(limitName(), value);
            case TEMPERATURE,
                    TOP_P,
                    SEED,
                    PRESENCE_PENALTY,
                    FREQUENCY_PENALTY,
                    LOGIT_BIAS,
                    CHOICES,
                    LOGPROBS,
                    TOP_LOGPROBS,
                    USER -> out.member(RequestWriter.name(setting), value);
            case STOP -> stop(value);
            case PARALLEL_TOOL_CALLS -> parallel(value);
            case REASONING_EFFORT -> effort(value);
            case THINKING -> thinking(value);
            case METADATA, SERVICE_TIER -> ofSisters(setting, value);
            case TOP_K, MIN_P, REPETITION_PENALTY -> dropped(setting);
            case MOE -> moe(value);
        }
    }

    /** Controls no server has; that they are dropped is told by whoever calls. */
    private void moe(RawJson value) {
        if (ExpertJson.ask(JsonView.of(value, ExpertAsk.MEMBER)).telemetry()) {
            out.member(RelayEdit.ROUTED_EXPERTS, true);
        }
    }

    private void dropped(Setting setting) {
        call.warnings().accept(RequestWriter.name(setting) + " dropped");
    }

    private String limitName() {
        boolean renamed = call.request().protocol() == Protocol.OPENAI_RESPONSES
                || NEW_LIMIT_NAME.matcher(call.model().upstreamModel()).find();
        return renamed ? "max_completion_tokens" : RequestWriter.name(Setting.MAX_OUTPUT_TOKENS);
    }

    private void stop(RawJson value) {
        JsonView view = JsonView.of(value, "stop");
        if (view.isString()) {
            out.member("stop", value);
            return;
        }
        List<JsonView> all = view.items();
        if (all.isEmpty()) {
            return;
        }
        if (all.size() > MOST_STOPS) {
            call.warnings().accept("stop sequences beyond the first " + MOST_STOPS + " dropped");
        }
        out.array("stop");
        all.stream().limit(MOST_STOPS).forEach(stop -> out.raw(stop.raw()));
        out.endArray();
    }

    /** OpenAI refuses it without tools. */
    private void parallel(RawJson value) {
        if (!conversation.tools().isEmpty()) {
            out.member("parallel_tool_calls", value);
        }
    }

    private void effort(RawJson value) {
        if (call.model().can(Capability.REASONING)) {
            out.member("reasoning_effort", value);
        } else {
            dropped(Setting.REASONING_EFFORT);
        }
    }

    /** Anthropic's budget of tokens becomes a word; the bounds are those of the common gateways. */
    private void thinking(RawJson value) {
        JsonView thinking = JsonView.of(value, "thinking");
        boolean on = !thinking.string("type", "").equals("disabled");
        if (!on || conversation.settings().containsKey(Setting.REASONING_EFFORT)) {
            return;
        }
        if (!call.model().can(Capability.REASONING)) {
            dropped(Setting.THINKING);
            return;
        }
        long budget = thinking.integer("budget_tokens", 8_192);
        out.member("reasoning_effort", budget < 4_096 ? "low" : budget < 16_384 ? "medium" : "high");
    }

    private void ofSisters(Setting setting, RawJson value) {
        switch (call.request().protocol()) {
            case OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_COMPLETIONS -> out.member(RequestWriter.name(setting), value);
            case ANTHROPIC_MESSAGES, OLLAMA_CHAT, OLLAMA_GENERATE -> dropped(setting);
        }
    }
}
