package dev.parley.config.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects what is wrong, and which keys were asked for at all. */
final class Problems {
    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> knownKeys = new LinkedHashSet<>();

    void add(Place place, String path, String problem, String remedy) {
        violations.add(new Violation(place.file(), place.line(), path, problem, remedy));
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
                    .distinct()
                    .sorted(Comparator.comparing(Violation::file).thenComparingInt(Violation::line))
                    .toList());
        }
    }
}
