package dev.parley.chat.anthropic;

import dev.parley.chat.Conversation;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Capability;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Settings as Anthropic has them; those it lacks are dropped with a warning, or refused where the answer would mean something else. */
final class SettingsWriter {
    /** Asked for when the client sets no limit and the model allows as many. */
    private static final int DEFAULT_MAX_TOKENS = 8192;

    private static final int LEAST_THINKING = 1024;

    private final Translation translation;
    private final Conversation conversation;
    private final JsonOut out;
    private final long maxTokens;
    private final Optional<RawJson> thinking;

    SettingsWriter(Translation translation, JsonOut out) {
        this.translation = translation;
        this.conversation = translation.conversation();
        this.out = out;
        this.maxTokens = limited();
        this.thinking = readThinking();
    }

    long maxTokens() {
        return maxTokens;
    }

    private long limited() {
        long limit = translation.call().model().maxOutputTokens() > 0
                ? translation.call().model().maxOutputTokens()
                : Long.MAX_VALUE;
        long wanted = conversation.integer(Setting.MAX_OUTPUT_TOKENS).orElse(Math.min(limit, DEFAULT_MAX_TOKENS));
        if (wanted > limit) {
            translation.warn("max_tokens lowered to the model's " + limit);
            return limit;
        }
        return wanted;
    }

    /** Writes all but {@code max_tokens} and the effort, in the same order always. */
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
            case TEMPERATURE -> temperature(value);
            case TOP_P -> topP(value);
            case TOP_K -> topK(value);
            case STOP -> stop(value);
            case CHOICES -> choices();
            case LOGPROBS -> logprobs();
            case THINKING -> thinking.ifPresent(json -> out.member("thinking", json));
            case USER -> out.object("metadata").member("user_id", value).endObject();
            case SERVICE_TIER -> serviceTier(value);
            case MIN_P,
                    SEED,
                    PRESENCE_PENALTY,
                    FREQUENCY_PENALTY,
                    REPETITION_PENALTY,
                    LOGIT_BIAS,
                    TOP_LOGPROBS,
                    METADATA -> dropped(setting);
            case MAX_OUTPUT_TOKENS, PARALLEL_TOOL_CALLS, REASONING_EFFORT, MOE -> {}
        }
    }

    private void dropped(Setting setting) {
        translation.warn(setting.name().toLowerCase(Locale.ROOT) + " dropped");
    }

    private void temperature(RawJson value) {
        if (forcedByThinking()) {
            dropped(Setting.TEMPERATURE);
        } else if (conversation.number(Setting.TEMPERATURE).orElse(0) > 1) {
            translation.warn("temperature lowered to 1");
            out.member("temperature", 1);
        } else {
            out.member("temperature", value);
        }
    }

    /** Newer models refuse a request with both; the temperature then says more. */
    private void topP(RawJson value) {
        boolean both = conversation.settings().containsKey(Setting.TEMPERATURE);
        if (translation.sameFamily() || (!both && !forcedByThinking())) {
            out.member("top_p", value);
        } else if (conversation.number(Setting.TOP_P).orElse(1) < 1) {
            dropped(Setting.TOP_P);
        }
    }

    private void topK(RawJson value) {
        boolean unset =
                !translation.sameFamily() && conversation.number(Setting.TOP_K).orElse(0) < 0;
        if (forcedByThinking() || unset) {
            dropped(Setting.TOP_K);
        } else {
            out.member("top_k", value);
        }
    }

    /** While thinking, the model samples its own way. A Messages client is taken at its word. */
    private boolean forcedByThinking() {
        return !translation.sameFamily()
                && thinking.filter(json -> !json.text().contains("disabled")).isPresent();
    }

    private void stop(RawJson value) {
        JsonView view = JsonView.of(value, "stop");
        List<String> all = view.isString()
                ? List.of(view.string())
                : view.items().stream().map(JsonView::string).toList();
        List<String> visible = all.stream().filter(text -> !text.isBlank()).toList();
        if (visible.size() < all.size()) {
            translation.warn("stop sequences of white space dropped");
        }
        if (!visible.isEmpty()) {
            out.array("stop_sequences");
            visible.forEach(out::string);
            out.endArray();
        }
    }

    private void choices() {
        if (conversation.integer(Setting.CHOICES).orElse(1) > 1) {
            throw translation.cannot("n", "'n' above 1 is not possible with this model; send n requests.");
        }
    }

    private void logprobs() {
        if (conversation.flag(Setting.LOGPROBS)) {
            throw translation.cannot("logprobs", "This model gives no 'logprobs'; leave them out.");
        }
    }

    private void serviceTier(RawJson value) {
        switch (JsonView.of(value, "service_tier").string()) {
            case "auto" -> out.member("service_tier", "auto");
            case "default" -> out.member("service_tier", "standard_only");
            default -> dropped(Setting.SERVICE_TIER);
        }
    }

    /** The effort as Anthropic spells it; empty if none is to be sent. */
    String effort() {
        RawJson value = conversation.settings().get(Setting.REASONING_EFFORT);
        if (value == null) {
            return "";
        }
        String effort = JsonView.of(value, "reasoning_effort").string();
        if (translation.sameFamily()) {
            return effort;
        }
        if (!translation.call().model().can(Capability.REASONING)) {
            dropped(Setting.REASONING_EFFORT);
            return "";
        }
        return switch (effort) {
            case "minimal", "low" -> "low";
            case "medium" -> "medium";
            case "high", "xhigh" -> "high";
            case "max" -> "max";
            default -> "";
        };
    }

    private Optional<RawJson> readThinking() {
        RawJson value = conversation.settings().get(Setting.THINKING);
        if (value == null || translation.sameFamily()) {
            return Optional.ofNullable(value);
        }
        JsonView view = JsonView.of(value, "thinking");
        String type = view.isObject() ? view.string("type", "") : "";
        boolean forced = conversation.toolChoice() instanceof ToolChoice.Required
                || conversation.toolChoice() instanceof ToolChoice.Named;
        boolean can = translation.call().model().can(Capability.REASONING);
        if (type.equals("disabled") && can) {
            return Optional.of(new RawJson("{\"type\":\"disabled\"}"));
        }
        if (!type.equals("enabled") || !can || forced || maxTokens <= LEAST_THINKING) {
            if (!type.equals("disabled")) {
                dropped(Setting.THINKING);
            }
            return Optional.empty();
        }
        long asked = view.integer("budget_tokens", maxTokens / 2);
        long budget = Math.clamp(asked, LEAST_THINKING, maxTokens - 1);
        return Optional.of(new RawJson("{\"type\":\"enabled\",\"budget_tokens\":" + budget + "}"));
    }
}
