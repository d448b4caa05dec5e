package dev.parley.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One recorded exchange: a head of {@code name: value} lines, then sections that begin with {@code --- name}. In expected JSON the string
 * {@code "*"} stands for any value.
 */
record Cassette(String name, Map<String, String> head, Map<String, String> sections) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY = "*";

    static Stream<Cassette> all(String... folders) {
        return Stream.of(folders).flatMap(Cassette::folder);
    }

    private static Stream<Cassette> folder(String folder) {
        URL url = Objects.requireNonNull(Cassette.class.getResource("/cassettes/" + folder), folder);
        try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
            return files
                    .filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(Cassette::read)
                    .toList()
                    .stream();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(folder, e);
        }
    }

    private static Cassette read(Path file) {
        Map<String, String> head = new LinkedHashMap<>();
        Map<String, String> sections = new LinkedHashMap<>();
        String section = "";
        try {
            for (String line : Files.readString(file).split("\n", -1)) {
                if (line.startsWith("--- ")) {
                    section = line.substring(4).strip();
                    sections.put(section, "");
                } else if (!section.isEmpty()) {
                    sections.merge(section, line + "\n", String::concat);
                } else if (line.contains(":") && !line.startsWith("#")) {
                    head.put(
                            line.substring(0, line.indexOf(':')),
                            line.substring(line.indexOf(':') + 1).strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String folder = Objects.requireNonNull(file.getParent()).getFileName().toString();
        return new Cassette(folder + "/" + file.getFileName(), head, sections);
    }

    String get(String key, String otherwise) {
        return head.getOrDefault(key, otherwise);
    }

    boolean has(String section) {
        return sections.containsKey(section);
    }

    String section(String section) {
        return Objects.requireNonNull(sections.get(section), () -> name + " lacks the section " + section);
    }

    byte[] bytes(String section) {
        return section(section).getBytes(StandardCharsets.UTF_8);
    }

    List<String> lines(String section) {
        return has(section)
                ? section(section).lines().filter(line -> !line.isBlank()).toList()
                : List.of();
    }

    /** The model called, with the capabilities the head lists, or all. */
    ModelSpec model() {
        Set<Capability> capabilities = EnumSet.allOf(Capability.class);
        if (head.containsKey("lacks")) {
            for (String lacking : get("lacks", "").split(",")) {
                capabilities.remove(Capability.valueOf(lacking.strip()));
            }
        }
        ModelCard card = new ModelCard("", "", 0.5, Map.of(), 100, Duration.ofMillis(100), 50);
        int limit = Integer.parseInt(get("limit", "64000"));
        return new ModelSpec(
                new ModelId("ours"), "backend", "theirs", new Price.Unknown(), capabilities, 200_000, limit, card);
    }

    /** Whether actual JSON is what was expected, wildcards and order of members aside. */
    static boolean matches(JsonNode expected, JsonNode actual) {
        if (expected.isTextual() && expected.textValue().equals(ANY)) {
            return !actual.isMissingNode();
        }
        if (expected.isObject() && actual.isObject()) {
            List<String> names = new ArrayList<>();
            expected.fieldNames().forEachRemaining(names::add);
            return names.size() == actual.size()
                    && names.stream().allMatch(name -> matches(expected.get(name), actual.path(name)));
        }
        if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                if (!matches(expected.get(i), actual.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return expected.equals(actual);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON: " + text, e);
        }
    }

    /** A stream, of server-sent events or lines, as one JSON object each; an event's name becomes the member {@code "event:"}. */
    static List<JsonNode> frames(String text) {
        List<JsonNode> frames = new ArrayList<>();
        String event = "";
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ") || line.startsWith("{")) {
                JsonNode json = line.equals("data: [DONE]")
                        ? JSON.createObjectNode().put("done", true)
                        : json(line.startsWith("{") ? line : line.substring(6));
                if (json instanceof ObjectNode object && !event.isEmpty()) {
                    object.put("event:", event);
                }
                event = "";
                frames.add(json);
            }
        }
        return frames;
    }

    @Override
    public String toString() {
        return name;
    }
}
