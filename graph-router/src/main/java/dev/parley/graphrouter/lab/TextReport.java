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
                        "%-26s %7s %9s %7s %7s  %-23s %-22s %-24s %6s %6s %6s %6s",
                        "router",
                        "quality",
                        "USD/1000",
                        "seconds",
                        "AIQ",
                        "AIQ over hull, points",
                        "gap closed %",
                        "over best at its cost",
                        "95 %",
                        "100 %",
                        "Brier",
                        "ECE")));
        trial.verdict().lines().forEach(line -> out.append(line(line)));
        out.append(
                trial.verdict().telling() ? "" : format("%s%n", trial.verdict().warning()));
        trial.verdict()
                .lines()
                .forEach(line -> out.append(format("%s: %s%n", line.entry().name, words(trial.verdict(), line))));
        return out.append(asked(trial))
                .append(strongWeak(trial))
                .append(newcomers(trial))
                .toString();
    }

    /** A table that leaves nothing to judge. */
    static String nothing(OutcomeTable table) {
        return format("%n%s: %s%n", table.name(), nothingWords(table));
    }

    static String nothingWords(OutcomeTable table) {
        return format(
                "nothing to judge: of %,d queries hardly any has answers of two models, so no choice between models can be "
                        + "replayed. It takes repeated prompts: let shadow calls or an A/B test ask two models the same.",
                table.size());
    }

    private static String asked(Trial trial) {
        StringBuilder out =
                new StringBuilder(format("%ncheapest sufficient model: got (share of queries)%n%-26s", "asked"));
        for (double quality : Asked.QUALITIES) {
            out.append(format(" %13.2f", quality));
        }
        for (Line line : trial.verdict().lines()) {
            Asked asked = line.entry().asked;
            if (line.entry().probable) {
                out.append(format("%n%-26s", line.entry().name));
                for (int a = 0; a < Asked.QUALITIES.length; a++) {
                    out.append(
                            asked.share(a) == 0
                                    ? format(" %13s", "-")
                                    : format(" %5.3f (%4.0f%%)", asked.kept(a), 100 * asked.share(a)));
                }
            }
        }
        return out.append(format("%n")).toString();
    }

    private static String strongWeak(Trial trial) {
        StringBuilder out = new StringBuilder();
        for (Line line : trial.verdict().lines()) {
            StrongWeak pair = line.entry().strongWeak;
            for (int a = 0; line.entry().probable && pair.any() && a < StrongWeak.TOLERATED.length; a++) {
                out.append(format(
                        "%-26s %9.2f %7.4f %7.4f %6.1f %% %6.1f %% %10.3f%n",
                        line.entry().name,
                        StrongWeak.TOLERATED[a],
                        pair.lost(a),
                        pair.quality(a),
                        100 * pair.share(a),
                        100 * pair.saved(a),
                        pair.threshold(a)));
            }
        }
        return out.isEmpty()
                ? ""
                : format(
                                "%nstrong or weak model by conformal risk control%n%-26s %9s %7s %7s %8s %8s %10s%n",
                                "router", "tolerated", "lost", "quality", "to weak", "saved", "threshold")
                        + out;
    }

    private static String newcomers(Trial trial) {
        if (trial.newcomers().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder(format(
                "%nmodels left out and back with %d probes: Brier%n%-40s %8s %9s %7s %7s%n",
                Inductive.PROBES, "model", "trained", "onboarded", "ridge", "mean"));
        trial.newcomers().forEach(row -> out.append(newcomer(row)));
        return out.append(newcomer(Inductive.mean("mean", trial.newcomers()))).toString();
    }

    private static String newcomer(Inductive.Row row) {
        return format(
                "%-40s %8.4f %9.4f %7.4f %7.4f%n",
                row.model(), row.trained(), row.onboarded(), row.ridge(), row.mean());
    }

    private static String line(Line line) {
        Reliability reliability = line.entry().reliability;
        return format(
                "%-26s %7.4f %9.4f %7s %7.4f  %-23s %-22s %-24s %6s %6s %6s %6s%n",
                line.entry().name,
                line.quality(),
                1000 * line.usd(),
                seconds(line),
                line.aiq(),
                points(line.overHull()),
                points(line.gapClosed()),
                points(line.overBest()),
                share(line.enough()),
                share(line.equal()),
                line.entry().probable ? format("%.4f", reliability.brier()) : "-",
                line.entry().probable ? format("%.4f", reliability.error()) : "-");
    }

    /** Where the table has times. */
    static String seconds(Line line) {
        return Double.isNaN(line.seconds()) ? "-" : format("%.3f", line.seconds());
    }

    static String points(Interval interval) {
        if (Double.isNaN(interval.value())) {
            return "-";
        }
        return format("%+.2f [%+.2f, %+.2f]", 100 * interval.value(), 100 * interval.low(), 100 * interval.high());
    }

    /** Of the best single model's cost. */
    static String share(double cost) {
        return Double.isFinite(cost) ? format("%.2f", cost) : "never";
    }

    /** Whether to use it on such data. */
    static String words(Judge.Verdict verdict, Line line) {
        if (line.entry().name.equals(Arena.ORACLE)) {
            return "the ceiling: no router can know outcomes beforehand";
        }
        if (!verdict.telling()) {
            return "too few queries to say what it is worth.";
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
