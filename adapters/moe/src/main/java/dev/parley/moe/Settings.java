package dev.parley.moe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.ExpertAsk;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import dev.parley.moe.engine.generate.SamplingSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the parameters of a call. What the client leaves out is: temperature 0, that is, the most probable token each time - the micro
 * models answer best so -, no cut of the distribution, no penalties, one choice, as many tokens as the context holds.
 */
final class Settings {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_TOP_LOGPROBS = 20;
    private static final int MOST_STOPS = 64;

    private final Conversation conversation;

    Settings(Conversation conversation) {
        this.conversation = conversation;
    }

    /** The client's usual name of a setting, for messages. */
    static String member(Setting setting) {
        return switch (setting) {
            case MAX_OUTPUT_TOKENS -> "max_tokens";
            case CHOICES -> "n";
            default -> setting.name().toLowerCase(Locale.ROOT);
        };
    }

    int choices(int most) {
        return (int) whole(Setting.CHOICES, 1, 1, most);
    }

    /** Ollama says -1 and -2 for no limit. */
    int maxTokens() {
        long value = whole(Setting.MAX_OUTPUT_TOKENS, Integer.MAX_VALUE, -2, Long.MAX_VALUE);
        if (value == 0) {
            throw wrong(Setting.MAX_OUTPUT_TOKENS, "at least 1");
        }
        return value < 0 ? Integer.MAX_VALUE : (int) Math.min(value, Integer.MAX_VALUE);
    }

    Optional<Long> seed() {
        return conversation.settings().containsKey(Setting.SEED)
                ? Optional.of(whole(Setting.SEED, 0, Long.MIN_VALUE, Long.MAX_VALUE))
                : Optional.empty();
    }

    /** -1: no scores; else how many alternatives. Old completions say the number in {@code logprobs} itself. */
    int scores() {
        RawJson asked = conversation.settings().get(Setting.LOGPROBS);
        if (asked == null || asked.text().equals("false")) {
            return -1;
        }
        int alternatives = asked.text().equals("true") ? 0 : (int) whole(Setting.LOGPROBS, 0, 0, MOST_TOP_LOGPROBS);
        return (int) whole(Setting.TOP_LOGPROBS, alternatives, 0, MOST_TOP_LOGPROBS);
    }

    ExpertAsk experts() {
        RawJson moe = conversation.settings().get(Setting.MOE);
        return moe == null ? ExpertAsk.NOTHING : ExpertJson.ask(JsonView.of(moe, ExpertAsk.MEMBER));
    }

    List<String> stops() {
        List<String> stops = new ArrayList<>();
        JsonNode stop = json(Setting.STOP);
        if (stop.isTextual()) {
            stops.add(stop.textValue());
        } else if (!(stop.isMissingNode() || stop.isArray()) || stop.size() > MOST_STOPS) {
            throw wrong(Setting.STOP, "a string or at most " + MOST_STOPS + " strings");
        }
        for (JsonNode one : stop) {
            if (!one.isTextual()) {
                throw wrong(Setting.STOP, "a string or an array of strings");
            }
            stops.add(one.textValue());
        }
        stops.removeIf(String::isEmpty);
        return stops;
    }

    /**
     * @param vocabulary token ids of the model
     */
    SamplingSpec sampling(int vocabulary) {
        return new SamplingSpec(
                number(Setting.TEMPERATURE, 0, 0, 100),
                (int) Math.max(0, whole(Setting.TOP_K, 0, -1, Integer.MAX_VALUE)),
                number(Setting.TOP_P, 1, 0, 1),
                number(Setting.MIN_P, 0, 0, 1),
                new SamplingSpec.Penalties(
                        number(Setting.REPETITION_PENALTY, 1, 0.01, 100),
                        number(Setting.PRESENCE_PENALTY, 0, -2, 2),
                        number(Setting.FREQUENCY_PENALTY, 0, -2, 2)),
                bias(vocabulary));
    }

    private Map<Integer, Float> bias(int vocabulary) {
        Map<Integer, Float> bias = new HashMap<>();
        JsonNode entries = json(Setting.LOGIT_BIAS);
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            double value = entry.getValue().asDouble(Double.NaN);
            int token = entry.getKey().matches("\\d{1,9}") ? Integer.parseInt(entry.getKey()) : vocabulary;
            if (token >= vocabulary || !(Math.abs(value) <= 100)) {
                String range = "an object of token ids below " + vocabulary + " with numbers from -100 to 100";
                throw wrong(Setting.LOGIT_BIAS, range);
            }
            bias.put(token, (float) value);
        }
        return bias;
    }

    private JsonNode json(Setting setting) {
        RawJson value = conversation.settings().get(setting);
        try {
            return value == null ? JSON.missingNode() : JSON.readTree(value.text());
        } catch (JsonProcessingException e) {
            throw wrong(setting, "well-formed JSON");
        }
    }

    private long whole(Setting setting, long absent, long least, long most) {
        RawJson value = conversation.settings().get(setting);
        if (value == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(value.text());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(setting, "an integer");
        }
        throw wrong(setting, "an integer from " + least + " to " + most);
    }

    private double number(Setting setting, double absent, double least, double most) {
        RawJson value = conversation.settings().get(setting);
        if (value == null) {
            return absent;
        }
        try {
            double number = Double.parseDouble(value.text());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(setting, "a number");
        }
        throw wrong(setting, "a number from " + least + " to " + most);
    }

    private static ChatFailure wrong(Setting setting, String expected) {
        return ChatFailure.badRequest(member(setting), member(setting) + " must be " + expected + ".");
    }
}
