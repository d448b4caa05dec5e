package dev.parley.config.load;

import dev.parley.config.Secret;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one mapping. A key that was never asked for is unknown; {@link #finish()} refuses those. Not thread-safe. */
final class Section {
    private final Raw.Fields fields;
    private final String path;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(Raw.Fields fields, String path, Problems problems) {
        this.fields = fields;
        this.path = path;
        this.problems = problems;
    }

    /** After a node that is no mapping, the section is empty and keeps its further complaints to itself. */
    static Section of(Raw raw, String path, Problems problems) {
        return switch (raw) {
            case Raw.Fields fields -> new Section(fields, path, problems);
            case Raw.Empty empty -> new Section(Raw.Fields.none(empty.place()), path, problems);
            case Raw.Scalar scalar -> notAMapping(scalar.place(), path, problems);
            case Raw.Items items -> notAMapping(items.place(), path, problems);
        };
    }

    private static Section notAMapping(Place place, String path, Problems problems) {
        problems.add(place, path, "expected a mapping", "Write 'key: value' lines under it, see reference.yaml");
        return new Section(Raw.Fields.none(place), path, new Problems());
    }

    String path() {
        return path;
    }

    Place place() {
        return fields.place();
    }

    Place place(String key) {
        Raw.Field field = fields.fields().get(key);
        return field == null ? fields.place() : field.keyPlace();
    }

    /** Whether something is written under the key. */
    boolean has(String key) {
        return raw(key).isPresent();
    }

    /** Whether the key is left out, or an empty list or mapping is written under it. */
    boolean isBare(String key) {
        return raw(key).filter(
                        raw -> !(raw instanceof Raw.Items list && list.items().isEmpty()))
                .filter(raw ->
                        !(raw instanceof Raw.Fields mapping && mapping.fields().isEmpty()))
                .isEmpty();
    }

    <T> T get(String key, Form<T> form, T absent) {
        return find(key, form).orElse(absent);
    }

    /** A key that must be given; {@code placeholder} stands in after a violation. */
    <T> T need(String key, Form<T> form, T placeholder) {
        if (!has(key)) {
            reject(key, "is missing", "Add '" + key + ": " + form.example() + "'");
        }
        return find(key, form).orElse(placeholder);
    }

    <T> Optional<T> find(String key, Form<T> form) {
        return raw(key).flatMap(raw -> value(raw, form, path(key)));
    }

    /** The name of something that must exist. */
    Optional<String> reference(String key, String noun, Collection<String> existing) {
        Optional<String> name = find(key, Form.word());
        name.filter(n -> !existing.contains(n)).ifPresent(n -> rejectReference(key, n, noun, existing));
        return name;
    }

    private void rejectReference(String key, String name, String noun, Collection<String> existing) {
        reject(key, "there is no " + noun + " " + Words.shownName(name), Words.remedy(name, existing));
    }

    /** A secret, which must come from outside the file. */
    Secret secret(String key) {
        Optional<Raw> raw = raw(key);
        if (raw.isPresent()
                && raw.get() instanceof Raw.Scalar scalar
                && !Interpolation.isWhollyOutside(scalar.source())) {
            reject(
                    key,
                    "a secret must not be written in the file",
                    "Keep it outside: export an environment variable and write ${ITS_NAME}, or write ${file:/path}");
            return Secret.none();
        }
        return find(key, Form.text()).map(Secret::of).orElseGet(Secret::none);
    }

    /** Whether the key's value, after interpolation, is no text at all. */
    boolean isEmptyText(String key) {
        return raw(key).filter(raw -> raw instanceof Raw.Scalar s
                        && s.origin() != Raw.Origin.UNRESOLVED
                        && s.text().isEmpty())
                .isPresent();
    }

    Section section(String key) {
        return of(raw(key).orElseGet(() -> Raw.Fields.none(place(key))), path(key), problems);
    }

    /** The entries of a list, each with its path; a single entry may stand without the list. */
    List<Entry> entries(String key) {
        Raw raw = raw(key).orElseGet(() -> new Raw.Items(List.of(), place(key)));
        if (!(raw instanceof Raw.Items list)) {
            return List.of(new Entry(raw, path(key)));
        }
        List<Entry> entries = new ArrayList<>();
        for (Raw item : list.items()) {
            entries.add(new Entry(item, path(key) + "[" + entries.size() + "]"));
        }
        return entries;
    }

    List<Section> sections(String key) {
        return entries(key).stream()
                .map(entry -> of(entry.raw(), entry.path(), problems))
                .toList();
    }

    <T> List<T> list(String key, Form<T> form) {
        return entries(key).stream()
                .flatMap(entry -> value(entry.raw(), form, entry.path()).stream())
                .toList();
    }

    /** A mapping whose keys are the user's own. */
    <T> Map<String, T> map(String key, Form<T> form) {
        Section inner = section(key);
        Map<String, T> values = new LinkedHashMap<>();
        inner.fields
                .fields()
                .forEach((name, field) -> value(field.value(), form, Words.shownPath(inner.path + "." + name))
                        .ifPresent(value -> values.put(name, value)));
        return values;
    }

    void reject(String key, String problem, String remedy) {
        problems.add(place(key), path(key), problem, remedy);
    }

    /** Refuses the keys that nobody asked for. */
    void finish() {
        fields.fields().forEach((key, field) -> {
            if (!known.contains(key)) {
                String unknown = Words.shownPath(path.isEmpty() ? key : path + "." + key);
                problems.add(field.keyPlace(), unknown, "unknown key", Words.remedy(key, known));
            }
        });
    }

    /** One entry of a list. */
    record Entry(Raw raw, String path) {}

    private Optional<Raw> raw(String key) {
        known.add(key);
        problems.know(path(key));
        return Optional.ofNullable(fields.fields().get(key))
                .map(Raw.Field::value)
                .filter(raw -> !(raw instanceof Raw.Empty));
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private <T> Optional<T> value(Raw raw, Form<T> form, String at) {
        if (!(raw instanceof Raw.Scalar scalar)) {
            String got = raw instanceof Raw.Empty ? "nothing" : raw instanceof Raw.Items ? "a list" : "a mapping";
            problems.add(
                    raw.place(), at, "expected " + form.what() + ", got " + got, "Write for example " + form.example());
            return Optional.empty();
        }
        if (scalar.origin() == Raw.Origin.UNRESOLVED) {
            return Optional.empty();
        }
        Optional<T> value = form.parse().apply(scalar.text());
        if (value.isEmpty()) {
            String problem = "expected " + form.what() + ", got " + Words.shown(scalar);
            problems.add(scalar.place(), at, problem, "Write for example " + form.example());
        }
        return value;
    }
}
