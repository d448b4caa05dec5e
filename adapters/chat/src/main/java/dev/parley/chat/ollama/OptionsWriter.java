package dev.parley.chat.ollama;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Capability;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings as Ollama has them: in {@code options}, beside it, or not at all. */
final class OptionsWriter {
    private final BackendCall call;
    private final Conversation conversation;
    private final boolean sameFamily;
    private final JsonOut out;
    private final JsonOut options = new JsonOut().object();

    OptionsWriter(BackendCall call, boolean sameFamily, JsonOut out) {
        this.call = call;
        this.conversation = call.request().conversation();
        this.sameFamily = sameFamily;
        this.out = out;
    }

    void write() {
        for (Setting setting : Setting.values()) {
            RawJson value = conversation.settings().get(setting);
            if (value != null) {
                write(setting, value);
            }
        }
        think().ifPresent(json -> out.member("think", json));
        conversation.extras().forEach((name, value) -> {
            if (sameFamily && name.startsWith(RequestReader.OPTIONS)) {
                options.member(name.substring(RequestReader.OPTIONS.length()), value);
            }
        });
        RawJson json = options.endObject().json();
        if (!json.text().equals("{}")) {
            out.member("options", json);
        }
    }

    private void write(Setting setting, RawJson value) {
        switch (setting) {
            case MAX_OUTPUT_TOKENS -> options.member("num_predict", value);
            case TEMPERATURE -> options.member("temperature", value);
            case TOP_P -> options.member("top_p", value);
            case TOP_K -> options.member("top_k", value);
            case MIN_P -> options.member("min_p", value);
            case SEED -> options.member("seed", value);
            case STOP -> stop(value);
            case PRESENCE_PENALTY -> options.member("presence_penalty", value);
            case FREQUENCY_PENALTY -> options.member("frequency_penalty", value);
            case REPETITION_PENALTY -> options.member("repeat_penalty", value);
            case LOGPROBS -> out.member("logprobs", value);
            case TOP_LOGPROBS -> out.member("top_logprobs", value);
            case CHOICES -> choices();
            case LOGIT_BIAS, PARALLEL_TOOL_CALLS, USER, SERVICE_TIER, METADATA -> dropped(setting);
            case REASONING_EFFORT, THINKING, MOE -> {}
        }
    }

    private void dropped(Setting setting) {
        call.warnings().accept(setting.name().toLowerCase(Locale.ROOT) + " dropped");
    }

    /** Ollama takes an array only. */
    private void stop(RawJson value) {
        if (JsonView.of(value, "stop").isString()) {
            options.array("stop").raw(value).endArray();
        } else {
            options.member("stop", value);
        }
    }

    private void choices() {
        if (conversation.integer(Setting.CHOICES).orElse(1) > 1) {
            throw ChatFailure.badRequest("n", "'n' above 1 is not possible with this model; send n requests.");
        }
    }

    /** A level where one is asked for; Ollama refuses the word for models that do not think. */
    private Optional<RawJson> think() {
        RawJson effort = conversation.settings().get(Setting.REASONING_EFFORT);
        RawJson thinking = conversation.settings().get(Setting.THINKING);
        if (effort == null && thinking == null) {
            return Optional.empty();
        }
        if (!sameFamily && !call.model().can(Capability.REASONING)) {
            dropped(effort == null ? Setting.THINKING : Setting.REASONING_EFFORT);
            return Optional.empty();
        }
        String word = effort == null
                ? type(thinking)
                : JsonView.of(effort, "reasoning_effort").string();
        return Optional.of(
                switch (word) {
                    case "none", "disabled" -> new RawJson("false");
                    case "minimal", "low" -> Common.quoted("low");
                    case "medium" -> Common.quoted("medium");
                    case "high", "xhigh", "max" -> Common.quoted("high");
                    default -> new RawJson("true");
                });
    }

    private static String type(@Nullable RawJson thinking) {
        if (thinking == null) {
            return "enabled";
        }
        JsonView view = JsonView.of(thinking, "thinking");
        if (view.isBoolean()) {
            return view.bool() ? "enabled" : "disabled";
        }
        return view.isObject() ? view.string("type", "enabled") : "enabled";
    }
}
