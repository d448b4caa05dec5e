package dev.parley.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a reload changes, one line a thing, such as {@code model gpt-4.1 added}. Names only, no values. */
public final class ConfigDiff {
    private final List<String> lines = new ArrayList<>();

    private ConfigDiff() {}

    /** Empty if both are the same. */
    public static List<String> between(ParleyConfig before, ParleyConfig after) {
        ConfigDiff diff = new ConfigDiff();
        diff.section("server", before.server(), after.server());
        diff.section("routing", before.routing(), after.routing());
        diff.section("cache", before.cache(), after.cache());
        diff.section("record", before.record(), after.record());
        diff.named("backend", before.backends(), after.backends(), BackendSpec::id);
        diff.named("model", before.models(), after.models(), model -> model.id().value());
        diff.named("router", before.routers(), after.routers(), RouterSpec::id);
        diff.named("policy", before.policies(), after.policies(), PolicySpec::id);
        diff.named("key", before.keys(), after.keys(), KeySpec::id);
        diff.named("experiment", before.experiments(), after.experiments(), ExperimentSpec::id);
        return List.copyOf(diff.lines);
    }

    private void section(String name, Object before, Object after) {
        if (!before.equals(after)) {
            lines.add(name + " changed");
        }
    }

    private <T> void named(String noun, List<T> before, List<T> after, Function<T, String> id) {
        Map<String, T> old = new LinkedHashMap<>();
        before.forEach(thing -> old.put(id.apply(thing), thing));
        for (T thing : after) {
            T was = old.remove(id.apply(thing));
            if (was == null) {
                lines.add(noun + " " + id.apply(thing) + " added");
            } else if (!was.equals(thing)) {
                lines.add(noun + " " + id.apply(thing) + " changed");
            }
        }
        old.keySet().forEach(gone -> lines.add(noun + " " + gone + " removed"));
    }
}
