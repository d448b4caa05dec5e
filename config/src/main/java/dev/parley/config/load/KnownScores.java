package dev.parley.config.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Published benchmark scores of well-known models, from {@code models/scores.json}; sources and dates stand in the file. Immutable. */
final class KnownScores {
    private static final KnownScores SHIPPED = new KnownScores();

    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<String, String> byName = new HashMap<>();
    private final Map<String, Map<String, String>> sources = new TreeMap<>();
    private final Map<String, Double> overall;

    /**
     * @param aliases other names of the same weights
     * @param scores by benchmark
     * @param like the earlier model of its line that it is taken for if it has no scores; else empty
     */
    record Entry(List<String> aliases, Map<String, Score> scores, String like) {}

    /**
     * @param value 0..1
     * @param source key of {@link #sources}
     */
    record Score(double value, String source) {}

    /**
     * What is known of a model.
     *
     * @param model whose scores these are
     * @param own false if they are those of an earlier model of its line
     * @param byBenchmark 0..1
     * @param overall 0..1, see {@link Overall}
     */
    record Standing(String model, boolean own, Map<String, Double> byBenchmark, double overall) {}

    private KnownScores() {
        String text = Shipped.text("models/scores.json");
        try (JsonParser json = new JsonFactory().createParser(text)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String part = json.currentName();
                json.nextToken();
                switch (part) {
                    case "sources" -> members(json, key -> sources.put(key, source(json)));
                    case "models" -> members(json, key -> entries.put(key, entry(json)));
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("models/scores.json is broken", e);
        }
        entries.forEach((model, entry) -> {
            byName.put(model, model);
            entry.aliases().forEach(alias -> byName.put(alias, model));
        });
        Map<String, Map<String, Double>> values = new TreeMap<>();
        entries.forEach((model, entry) -> values.put(model, values(entry)));
        overall = Overall.of(values);
    }

    static KnownScores shipped() {
        return SHIPPED;
    }

    /** The standing of the model with this name, however hosts write it (see {@link Names}). */
    Optional<Standing> find(String name) {
        return Names.of(name).stream()
                .flatMap(n -> Optional.ofNullable(byName.get(n)).stream())
                .findFirst()
                .flatMap(this::standing);
    }

    private Optional<Standing> standing(String model) {
        Optional<Entry> own = Optional.ofNullable(entries.get(model));
        String whose =
                own.filter(entry -> entry.scores().isEmpty()).map(Entry::like).orElse(model);
        return Optional.ofNullable(entries.get(whose))
                .map(entry -> new Standing(
                        whose, whose.equals(model), Map.copyOf(values(entry)), overall.getOrDefault(whose, 0.5)));
    }

    Map<String, Entry> entries() {
        return Map.copyOf(entries);
    }

    /** By source: what the file says of it, such as {@code where} and {@code read}. */
    Map<String, Map<String, String>> sources() {
        return Map.copyOf(sources);
    }

    private static Map<String, Double> values(Entry entry) {
        Map<String, Double> values = new TreeMap<>();
        entry.scores().forEach((benchmark, score) -> values.put(benchmark, score.value()));
        return values;
    }

    private interface Member {
        void read(String key) throws IOException;
    }

    private static void members(JsonParser json, Member member) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            json.nextToken();
            member.read(key);
        }
    }

    private static Map<String, String> source(JsonParser json) throws IOException {
        Map<String, String> said = new TreeMap<>();
        members(json, key -> said.put(key, json.getText()));
        return Map.copyOf(said);
    }

    private static Entry entry(JsonParser json) throws IOException {
        List<String> aliases = new ArrayList<>();
        Map<String, Score> scores = new TreeMap<>();
        List<String> like = new ArrayList<>();
        members(json, key -> {
            switch (key) {
                case "aliases" -> {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        aliases.add(json.getText());
                    }
                }
                case "scores" -> members(json, benchmark -> scores.put(benchmark, score(json)));
                case "like" -> like.add(json.getText());
                default -> throw new IOException("an unknown key '" + key + "'");
            }
        });
        return new Entry(List.copyOf(aliases), Map.copyOf(scores), like.isEmpty() ? "" : like.getFirst());
    }

    private static Score score(JsonParser json) throws IOException {
        json.nextToken();
        double value = json.getDoubleValue();
        json.nextToken();
        String source = json.getText();
        json.nextToken();
        return new Score(value, source);
    }

    /**
     * What one set of weights is called: vendors' and hosts' prefixes, tags and quantisations are taken off a name, nothing else. A name
     * with any other word in it, such as a fine-tune's, stays another name. Stateless.
     */
    private static final class Names {
        private static final Pattern HOST = Pattern.compile("^(?:[a-z]{2,6}\\.)?"
                + "(?:anthropic|amazon|cohere|deepseek|google|meta|mistral|moonshot|openai|qwen|zai)\\.");
        private static final Pattern EDITION = Pattern.compile("(?:-v\\d+:\\d+|:latest|:free|:nitro|:floor|\\.gguf)$");
        private static final Pattern PACKAGING =
                Pattern.compile("-(?:instruct|it|chat|hf|latest|preview|gguf|mlx|awq|gptq|qat|bf16|"
                        + "fp4|fp8|fp16|nvfp4|mxfp4|int4|int8|4bit|8bit|w\\d+a\\d+|i?q\\d(?:_[a-z0-9]+)*)$");
        private static final Pattern DATE = Pattern.compile("-20\\d{2}-?\\d{2}-?\\d{2}$");

        private Names() {}

        /** The names to look for, the most exact one first: as written, without packaging, without date. */
        static Set<String> of(String written) {
            String name = written.toLowerCase(Locale.ROOT).strip();
            name = name.substring(name.lastIndexOf('/') + 1);
            int at = name.indexOf('@');
            name = at > 0 ? name.substring(0, at) : name;
            name = EDITION.matcher(HOST.matcher(name).replaceFirst("")).replaceFirst("");
            name = name.replace(':', '-');
            name = name.startsWith("meta-llama-") ? name.substring("meta-".length()) : name;
            Set<String> names = new LinkedHashSet<>();
            while (names.add(name)) {
                name = shorter(name);
            }
            return names;
        }

        private static String shorter(String name) {
            for (Pattern end : new Pattern[] {PACKAGING, DATE}) {
                Matcher matcher = end.matcher(name);
                if (matcher.find() && matcher.start() > 0) {
                    return name.substring(0, matcher.start());
                }
            }
            return name;
        }
    }
}
