package dev.parley.chat.anthropic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tool ids as Anthropic accepts them, {@code [A-Za-z0-9_-]+}: good ones stay, others are mapped one to one, in order of appearance, so
 * that the same conversation gives the same bytes and hits the prompt cache. Not thread-safe.
 */
final class ToolIds {
    private static final Pattern GOOD = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern BAD_CHARACTER = Pattern.compile("[^A-Za-z0-9_-]");

    private final Map<String, String> mapped = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    /** Names an id that will appear, so that no mapped id takes its place. */
    void reserve(String id) {
        if (GOOD.matcher(id).matches()) {
            mapped.put(id, id);
            taken.add(id);
        }
    }

    String map(String id) {
        return mapped.computeIfAbsent(id, this::fresh);
    }

    private String fresh(String id) {
        String stem = id.isEmpty() ? "call" : BAD_CHARACTER.matcher(id).replaceAll("_");
        String candidate = stem;
        int number = 2;
        while (!taken.add(candidate)) {
            candidate = stem + "_" + number++;
        }
        return candidate;
    }
}
