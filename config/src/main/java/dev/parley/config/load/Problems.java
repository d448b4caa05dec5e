package dev.parley.config.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong, and which keys were asked for at all. */
final class Problems {
    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> knownKeys = new LinkedHashSet<>();

    void add(Place place, String path, String problem, String remedy) {
        violations.add(new Violation(place.file(), place.line(), path, problem, remedy));
    }

    /** Notes that the loader knows this key; indices are dropped from the path. */
    void know(String path) {
        knownKeys.add(path.replaceAll("\\[[^\\]]*]", "[]"));
    }

    Set<String> knownKeys() {
        return knownKeys;
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
