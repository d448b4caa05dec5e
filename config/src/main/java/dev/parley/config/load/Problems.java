package dev.parley.config.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Collects what is wrong, and which keys were asked for at all. */
final class Problems {
    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> knownKeys = new LinkedHashSet<>();
    private final Map<String, String> outside = new LinkedHashMap<>(); // value -> what is said instead

    void add(Place place, String path, String problem, String remedy) {
        violations.add(new Violation(place.file(), place.line(), path, problem, remedy));
    }

    /** Notes a value from outside the file. Wherever it was put, it may be a secret, so no message quotes it or lists it as a name. */
    void cameFromOutside(Raw.Scalar scalar) {
        if (!scalar.text().isBlank()) {
            outside.putIfAbsent(scalar.text(), Words.shown(scalar));
        }
    }

    private Violation withoutSecrets(Violation v) {
        return new Violation(v.file(), v.line(), v.path(), withoutSecrets(v.problem()), withoutSecrets(v.remedy()));
    }

    private String withoutSecrets(String message) {
        String text = message;
        for (Map.Entry<String, String> entry : outside.entrySet()) {
            String instead = entry.getValue();
            text = text.replace("'" + entry.getKey() + "'", instead)
                    .replaceAll(
                            "(?<=[:,] )" + Pattern.quote(entry.getKey()) + "(?=,|$)",
                            Matcher.quoteReplacement(instead));
        }
        return text;
    }

    /** Notes that the loader knows this key. */
    void know(String path) {
        knownKeys.add(path);
    }

    /** All keys asked for; indices are dropped from the paths. */
    Set<String> knownKeys() {
        return knownKeys.stream()
                .map(path -> path.replaceAll("\\[[^\\]]*]", "[]"))
                .collect(Collectors.toSet());
    }

    void throwIfAny() {
        if (!violations.isEmpty()) {
            throw new ConfigException(violations.stream()
                    .map(this::withoutSecrets)
                    .distinct()
                    .sorted(Comparator.comparing(Violation::file).thenComparingInt(Violation::line))
                    .toList());
        }
    }
}
