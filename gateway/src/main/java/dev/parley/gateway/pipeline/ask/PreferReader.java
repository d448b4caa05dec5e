package dev.parley.gateway.pipeline.ask;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.json.JsonView;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads which attributes of a model a request prefers and how much: {@code x-gateway-prefer: privacy, recency;q=0.3} or {@code
 * gateway.prefer}, an object {@code {"privacy": 0.2}} or a list of names. The weight is in points of quality, 0.2 if not given.
 */
final class PreferReader {
    private static final double USUAL = 0.2;
    private static final int MOST = 16;

    private PreferReader() {}

    static Map<String, Double> read(JsonView own, @Nullable String header) {
        Map<String, Double> lean = new HashMap<>();
        if (header != null) {
            Arrays.stream(header.split(",", -1)).forEach(part -> named(part.strip(), lean));
        } else if (own.has("prefer")) {
            own.get("prefer").ifPresent(prefer -> member(prefer, lean));
        }
        if (lean.size() > MOST) {
            throw fault("at most " + MOST + " names");
        }
        return lean;
    }

    private static void named(String part, Map<String, Double> lean) {
        List<String> halves = Arrays.asList(part.split(";", -1));
        String weight = halves.size() == 2 ? halves.get(1).strip() : "q=" + USUAL;
        if (halves.size() > 2 || !weight.startsWith("q=") || halves.getFirst().isBlank()) {
            throw fault("names such as 'privacy, recency;q=0.3'");
        }
        try {
            put(halves.getFirst().strip(), Double.parseDouble(weight.substring(2)), lean);
        } catch (NumberFormatException e) {
            throw fault("a number after 'q='");
        }
    }

    private static void member(JsonView prefer, Map<String, Double> lean) {
        if (prefer.isObject()) {
            prefer.members().forEach((name, weight) -> put(name, weight.number(), lean));
        } else {
            prefer.items().forEach(name -> put(name.string(), USUAL, lean));
        }
    }

    private static void put(String name, double weight, Map<String, Double> lean) {
        if (!(weight >= 0 && weight <= 1)) {
            throw fault("weights of 0 to 1");
        }
        lean.put(name, weight);
    }

    private static ChatFailure fault(String what) {
        return ChatFailure.badRequest("x-gateway-prefer", "x-gateway-prefer and gateway.prefer take " + what + ".");
    }
}
