package dev.parley.config.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.config.Capability;
import dev.parley.config.Price;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Public facts about well-known models, from {@code models/prices.json}; source and date stand in the file. Immutable. */
final class KnownModels {
    private static final String FILE = "/dev/parley/config/models/prices.json";
    private static final Map<String, Capability> FLAGS = Map.of(
            "supports_function_calling", Capability.TOOLS,
            "supports_vision", Capability.VISION,
            "supports_pdf_input", Capability.DOCUMENTS,
            "supports_response_schema", Capability.JSON_SCHEMA,
            "supports_reasoning", Capability.REASONING,
            "supports_audio_input", Capability.AUDIO);

    private static final KnownModels SHIPPED = read();

    private final Map<String, Known> byName;

    private KnownModels(Map<String, Known> byName) {
        this.byName = byName;
    }

    /**
     * @param contextTokens 0 if unknown
     * @param maxOutputTokens 0 if unknown
     */
    record Known(Price price, int contextTokens, int maxOutputTokens, Set<Capability> capabilities, String provider) {}

    /**
     * The facts for a name such as {@code gpt-4.1}, {@code openai/gpt-4.1} or {@code deepseek/deepseek-v4-pro}. A name with another
     * prefix is another model: open weights served by oneself do not cost what a cloud asks.
     */
    Optional<Known> find(String name) {
        return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
    }

    static KnownModels shipped() {
        return SHIPPED;
    }

    private static KnownModels read() {
        Map<String, Known> byName = new HashMap<>();
        try (InputStream in = KnownModels.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the class path");
            }
            try (JsonParser json = new JsonFactory().createParser(in)) {
                readAll(json, byName);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
        return new KnownModels(Map.copyOf(byName));
    }

    private static void readAll(JsonParser json, Map<String, Known> byName) throws IOException {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            if (json.nextToken() == JsonToken.START_OBJECT) {
                names(key, readOne(json), byName);
            }
        }
    }

    private static void names(String written, Known known, Map<String, Known> byName) {
        String key = written.toLowerCase(Locale.ROOT);
        String prefix = known.provider + "/";
        String bare = key.startsWith(prefix) ? key.substring(prefix.length()) : key;
        byName.put(key, known);
        byName.put(prefix + bare, known);
        if (!bare.contains("/")) {
            byName.putIfAbsent(bare, known);
        }
    }

    private static Known readOne(JsonParser json) throws IOException {
        Map<String, BigDecimal> numbers = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        Set<String> marks = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            switch (json.nextToken()) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numbers.put(field, json.getDecimalValue());
                case VALUE_STRING -> texts.put(field, json.getText());
                case VALUE_TRUE -> marks.add(field);
                case START_ARRAY -> readTexts(json, marks);
                default -> json.skipChildren();
            }
        }
        return new Known(
                price(numbers),
                Math.max(tokens(numbers, "max_input_tokens"), tokens(numbers, "max_output_tokens")),
                tokens(numbers, "max_output_tokens"),
                capabilities(texts.getOrDefault("mode", "chat"), marks),
                texts.getOrDefault("litellm_provider", ""));
    }

    private static void readTexts(JsonParser json, Set<String> into) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            into.add(json.getText());
        }
    }

    private static int tokens(Map<String, BigDecimal> numbers, String field) {
        return numbers.getOrDefault(field, BigDecimal.ZERO).intValueExact();
    }

    private static Price price(Map<String, BigDecimal> numbers) {
        if (!numbers.containsKey("input_cost_per_token")) {
            return new Price.Unknown();
        }
        long input = pico(numbers, "input_cost_per_token", 0);
        return new Price.PerToken(
                input,
                pico(numbers, "output_cost_per_token", 0),
                pico(numbers, "cache_read_input_token_cost", input),
                pico(numbers, "cache_creation_input_token_cost", input));
    }

    private static long pico(Map<String, BigDecimal> numbers, String field, long absent) {
        BigDecimal usd = numbers.get(field);
        return usd == null ? absent : usd.scaleByPowerOfTen(12).longValueExact();
    }

    private static Set<Capability> capabilities(String mode, Set<String> marks) {
        if (mode.equals("embedding")) {
            return Set.of(Capability.EMBEDDINGS);
        }
        EnumSet<Capability> found = EnumSet.of(Capability.CHAT);
        FLAGS.forEach((flag, capability) -> {
            if (marks.contains(flag)) {
                found.add(capability);
            }
        });
        if (found.contains(Capability.JSON_SCHEMA)) {
            found.add(Capability.JSON_OBJECT);
        }
        if (marks.contains("/v1/responses")) {
            found.add(Capability.RESPONSES);
        }
        return Set.copyOf(found);
    }
}
