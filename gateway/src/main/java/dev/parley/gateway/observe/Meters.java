package dev.parley.gateway.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * One family of meters by label values. A known combination is found by one hash look-up of a small record: no tags are built and no
 * text is joined on the way of a request.
 */
final class Meters<M> {
    private final ConcurrentMap<Values, M> known = new ConcurrentHashMap<>();
    private final Function<Values, M> make;

    private Meters(Function<Values, M> make) {
        this.make = make;
    }

    static Meters<Counter> counters(MeterRegistry registry, String name, String help, String... labels) {
        return new Meters<>(values -> Counter.builder(name)
                .description(help)
                .tags(values.tags(labels))
                .register(registry));
    }

    static Meters<Timer> timers(MeterRegistry registry, String name, String help, Duration[] bounds, String... labels) {
        return new Meters<>(values -> Timer.builder(name)
                .description(help)
                .tags(values.tags(labels))
                .serviceLevelObjectives(bounds)
                .register(registry));
    }

    static Meters<DistributionSummary> summaries(
            MeterRegistry registry, String name, String help, double[] bounds, String... labels) {
        return new Meters<>(values -> DistributionSummary.builder(name)
                .description(help)
                .tags(values.tags(labels))
                .serviceLevelObjectives(bounds)
                .register(registry));
    }

    M of(String a) {
        return of(new Values(a, "", "", "", ""));
    }

    M of(String a, String b) {
        return of(new Values(a, b, "", "", ""));
    }

    M of(String a, String b, String c) {
        return of(new Values(a, b, c, "", ""));
    }

    M of(String a, String b, String c, String d) {
        return of(new Values(a, b, c, d, ""));
    }

    M of(String a, String b, String c, String d, String e) {
        return of(new Values(a, b, c, d, e));
    }

    private M of(Values values) {
        M meter = known.get(values);
        return meter != null ? meter : known.computeIfAbsent(values, make);
    }

    /** Up to five label values, in the order of the family's labels. */
    private record Values(String a, String b, String c, String d, String e) {
        Tags tags(String[] labels) {
            String[] values = {a, b, c, d, e};
            Tags tags = Tags.empty();
            for (int i = 0; i < labels.length; i++) {
                tags = tags.and(labels[i], values[i]);
            }
            return tags;
        }
    }
}
