package dev.parley.chat.openai;

import dev.parley.chat.ExpertAsk;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reads the parameters that more than one protocol knows, checks their ranges, keeps their digits. */
public final class SettingsReader {
    private static final int MOST_STOPS = 4;
    private static final Map<String, Rule> RULES = rules();

    private SettingsReader() {}

    private record Rule(Setting setting, Consumer<JsonView> check) {}

    /** Names this reader knows. */
    public static Set<String> names() {
        return RULES.keySet();
    }

    /** Later names win over earlier ones of the same setting: {@code max_completion_tokens} over {@code max_tokens}. */
    public static Map<Setting, RawJson> read(JsonView request) {
        return read(request, Set.of());
    }

    /** As {@link #read(JsonView)}; names that mean something else in a sister protocol are left to their reader. */
    public static Map<Setting, RawJson> read(JsonView request, Set<String> but) {
        Map<Setting, RawJson> settings = new EnumMap<>(Setting.class);
        RULES.forEach((name, rule) -> request.get(name)
                .filter(value -> !but.contains(name))
                .ifPresent(value -> {
                    rule.check().accept(value);
                    settings.put(rule.setting(), value.raw());
                }));
        return settings;
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("max_tokens", new Rule(Setting.MAX_OUTPUT_TOKENS, whole(1, Integer.MAX_VALUE)));
        rules.put("max_completion_tokens", new Rule(Setting.MAX_OUTPUT_TOKENS, whole(1, Integer.MAX_VALUE)));
        rules.put("temperature", new Rule(Setting.TEMPERATURE, number(0, 2)));
        rules.put("top_p", new Rule(Setting.TOP_P, number(0, 1)));
        rules.put("top_k", new Rule(Setting.TOP_K, JsonView::integer));
        rules.put("min_p", new Rule(Setting.MIN_P, number(0, 1)));
        rules.put("seed", new Rule(Setting.SEED, JsonView::integer));
        rules.put("stop", new Rule(Setting.STOP, SettingsReader::stops));
        rules.put("presence_penalty", new Rule(Setting.PRESENCE_PENALTY, number(-2, 2)));
        rules.put("frequency_penalty", new Rule(Setting.FREQUENCY_PENALTY, number(-2, 2)));
        rules.put("repetition_penalty", new Rule(Setting.REPETITION_PENALTY, JsonView::number));
        rules.put("logit_bias", new Rule(Setting.LOGIT_BIAS, JsonView::members));
        rules.put("n", new Rule(Setting.CHOICES, whole(1, 128)));
        rules.put("logprobs", new Rule(Setting.LOGPROBS, JsonView::bool));
        rules.put("top_logprobs", new Rule(Setting.TOP_LOGPROBS, whole(0, 20)));
        rules.put("parallel_tool_calls", new Rule(Setting.PARALLEL_TOOL_CALLS, JsonView::bool));
        rules.put("reasoning_effort", new Rule(Setting.REASONING_EFFORT, JsonView::string));
        rules.put("thinking", new Rule(Setting.THINKING, JsonView::members));
        rules.put("user", new Rule(Setting.USER, JsonView::string));
        rules.put("service_tier", new Rule(Setting.SERVICE_TIER, JsonView::string));
        rules.put("metadata", new Rule(Setting.METADATA, JsonView::members));
        rules.put(ExpertAsk.MEMBER, new Rule(Setting.MOE, ExpertJson::ask));
        return rules;
    }

    public static Consumer<JsonView> whole(long least, long most) {
        return value -> {
            long number = value.integer();
            if (number < least || number > most) {
                throw range(value, least, most);
            }
        };
    }

    private static Consumer<JsonView> number(long least, long most) {
        return value -> {
            double number = value.number();
            if (number < least || number > most) {
                throw range(value, least, most);
            }
        };
    }

    private static RuntimeException range(JsonView value, long least, long most) {
        return value.fault("Invalid value for '" + value.path() + "': expected a number from " + least + " to " + most
                + ", but got " + value.raw().text() + ".");
    }

    private static void stops(JsonView value) {
        if (value.isString()) {
            return;
        }
        if (value.items().size() > MOST_STOPS) {
            throw value.fault("Invalid 'stop': expected at most " + MOST_STOPS + " sequences.");
        }
        value.items().forEach(JsonView::string);
    }
}
