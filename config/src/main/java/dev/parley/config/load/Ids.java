package dev.parley.config.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names given so far to one kind of thing; the second of a name is refused. */
final class Ids {
    private static final String UNNAMED = "-without-a-name";

    private final String noun;
    private final Map<String, Place> places = new LinkedHashMap<>();

    Ids(String noun) {
        this.noun = noun;
    }

    /** Whether the id stands in for one that is missing, which has been told. */
    static boolean isUnnamed(String id) {
        return id.endsWith(UNNAMED);
    }

    /** Reads the section's {@code id} and claims it. */
    String claim(Section section, Form<String> form) {
        Optional<String> given = section.has("id") ? section.find("id", form) : Optional.empty();
        if (given.isEmpty()) {
            return section.need("id", form, noun + UNNAMED);
        }
        String id = given.get();
        Place first = places.putIfAbsent(id, section.place("id"));
        if (first != null) {
            section.reject(
                    "id",
                    "the " + noun + " " + Words.shownName(id) + " is already defined at " + first,
                    "Give one of them another id");
        }
        return id;
    }

    Set<String> all() {
        return places.keySet();
    }
}
