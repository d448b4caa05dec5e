package dev.parley.graphrouter.lab;

import dev.parley.graphrouter.lab.Judge.Interval;
import dev.parley.graphrouter.lab.Judge.Line;
import java.util.Locale;

/** The figures of one table for a terminal, and what they say in plain words. */
final class TextReport {
    private TextReport() {}

    static String of(Trial trial) {
        StringBuilder out = new StringBuilder(format(
                "%n%s: %d queries x %d models, %d splits by text; best single model %s: quality %.4f for %.4f USD / 1000; AIQ of the hull %.4f%n%s%n",
                trial.table().name(),
                trial.table().size(),
                trial.table().models().size(),
                trial.splits(),
                trial.verdict().best(),
                trial.verdict().bestQuality(),
                1000 * trial.verdict().bestCost(),
                trial.verdict().hullAiq(),
                format(
                        "%-26s %7s %9s %7s  %-23s %-22s %-24s %6s %6s %6s %6s",
                        "router",
                        "quality",
                        "USD/1000",
                        "AIQ",
                        "AIQ over hull, points",
                        "gap closed %",
                        "over best at its cost",
                        "95 %",
                        "100 %",
                        "Brier",
                        "ECE")));
        trial.verdict().lines().forEach(line -> out.append(line(line)));
        trial.verdict().lines().forEach(line -> out.append(format("%s: %s%n", line.entry().name, words(line))));
        return out.toString();
    }

    private static String line(Line line) {
        Reliability reliability = line.entry().reliability;
        return format(
                "%-26s %7.4f %9.4f %7.4f  %-23s %-22s %-24s %6s %6s %6s %6s%n",
                line.entry().name,
                line.quality(),
                1000 * line.usd(),
                line.aiq(),
                points(line.overHull()),
                points(line.gapClosed()),
                points(line.overBest()),
                share(line.enough()),
                share(line.equal()),
                line.entry().probable ? format("%.4f", reliability.brier()) : "-",
                line.entry().probable ? format("%.4f", reliability.error()) : "-");
    }

    static String points(Interval interval) {
        return format("%+.2f [%+.2f, %+.2f]", 100 * interval.value(), 100 * interval.low(), 100 * interval.high());
    }

    /** Of the best single model's cost. */
    static String share(double cost) {
        return Double.isFinite(cost) ? format("%.2f", cost) : "never";
    }

    /** Whether to use it on such data. */
    static String words(Line line) {
        if (line.entry().name.equals(Arena.ORACLE)) {
            return "the ceiling: no router can know outcomes beforehand";
        }
        String hull = line.overHull().low() > 0
                ? "beats the mix of single models (the zero-router hull)"
                : line.overHull().high() < 0
                        ? "is WORSE than mixing single models at random: do not route with it on such data"
                        : "does NOT beat the mix of single models: its interval holds 0, so routing with it is not shown to help";
        String best = line.overBest().high() < 0
                ? "; at the best single model's cost it is worse than that model"
                : line.overBest().low() > 0 ? "; at the best single model's cost it is better than that model" : "";
        return hull + best + ".";
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
