package dev.parley.graphrouter.lab;

import static dev.parley.graphrouter.lab.Svg.escaped;
import static dev.parley.graphrouter.lab.TextReport.format;

import dev.parley.graphrouter.lab.Judge.Interval;
import dev.parley.graphrouter.lab.Judge.Line;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The figures of all tables as one page that needs nothing else: style and drawings are in it. */
final class HtmlReport {
    /** Routers drawn in a colour of their own; the others stay grey. */
    private static final int COLOURS = 7;

    private HtmlReport() {}

    static String of(List<Trial> trials, List<OutcomeTable> nothing) {
        StringBuilder page = new StringBuilder(
                "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
                        + "<meta name='viewport' content='width=device-width,initial-scale=1'><title>Parley lab</title><style>"
                        + style()
                        + "</style></head><body><header><h1>Which router is worth it?</h1><p>Each router learns from 70 &#37; of "
                        + "the queries and is judged on the others, over all trade-offs of quality and cost. The measure to beat is "
                        + "the <b>hull</b>: what mixing single models at random reaches without any router. Intervals are 95 &#37;.</p><nav>");
        for (Trial trial : trials) {
            page.append(format("<a href='#%s'>%1$s</a> ", escaped(trial.table().name())));
        }
        page.append("</nav></header><main>");
        trials.forEach(trial -> page.append(section(trial)));
        nothing.forEach(table -> page.append(format(
                "<section><h2>%s</h2><p>%s</p></section>",
                escaped(table.name()), escaped(TextReport.nothingWords(table)))));
        return page.append("</main></body></html>\n").toString();
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("report.css cannot be read", e);
        }
    }

    private static String section(Trial trial) {
        OutcomeTable table = trial.table();
        return format(
                        "<section id='%s'><h2>%1$s</h2><p class='facts'>%,d queries, %d models, %d splits by text. Best single "
                                + "model: <b>%s</b>, quality %.3f for %.3f USD per 1000 queries.</p>",
                        escaped(table.name()),
                        table.size(),
                        table.models().size(),
                        trial.splits(),
                        escaped(trial.verdict().best()),
                        trial.verdict().bestQuality(),
                        1000 * trial.verdict().bestCost())
                + verdicts(trial)
                + "<div class='two'>" + figure("Quality against cost", curves(trial), legend(trial))
                + figure("AIQ above the hull, in points of quality", forest(trial), "")
                + "</div>" + figures(trial)
                + "<h3>Can the predictions be believed?</h3><p>Predicted chance of a good answer (across) and share of good "
                + "answers (up); on the diagonal it is kept. Dots are sized by how often it is said.</p>"
                + reliability(trial)
                + "<h3>What is asked for and what is got</h3><p>The cheapest model that is predicted to suffice for what is "
                + "asked; in brackets the share of queries for which there is one.</p>" + asked(trial)
                + HtmlTables.strongWeak(trial) + HtmlTables.newcomers(trial)
                + "<h3>By task, at no more than the best single model's cost</h3>" + tasks(trial) + "</section>";
    }

    private static String verdicts(Trial trial) {
        StringBuilder out = new StringBuilder();
        if (!trial.verdict().telling()) {
            out.append(format(
                    "<p class='facts'><b>%s</b></p>", escaped(trial.verdict().warning())));
        }
        out.append("<ul class='verdicts'>");
        for (Line line : trial.verdict().lines()) {
            if (line.entry().name.equals(Arena.ORACLE) || line.entry().name.equals(Arena.RANDOM)) {
                continue;
            }
            out.append(format(
                    "<li class='%s'><b>%s</b> %s</li>",
                    trial.verdict().telling() ? grade(line.overHull()) : "open",
                    escaped(line.entry().name),
                    escaped(TextReport.words(trial.verdict(), line))));
        }
        return out.append("</ul>").toString();
    }

    private static String grade(Interval interval) {
        return interval.low() > 0 ? "good" : interval.high() < 0 ? "bad" : "open";
    }

    private static String figure(String title, String drawing, String below) {
        return "<figure><figcaption>" + escaped(title) + "</figcaption>" + drawing + below + "</figure>";
    }

    private static String colour(Trial trial, int entry) {
        String name = trial.verdict().lines().get(entry).entry().name;
        if (name.equals(Arena.ORACLE)) {
            return "oracle";
        }
        return name.equals(Arena.RANDOM) || entry >= COLOURS ? "other" : "c" + entry;
    }

    private static String curves(Trial trial) {
        Trial.Chart chart = trial.chart();
        double[] costs = chart.costs();
        double least = 1;
        double most = 0;
        int places = costs.length;
        for (double[] router : chart.routers()) {
            most = Math.max(most, router[places - 1]);
        }
        for (Curve.Point single : chart.singles()) {
            least = Math.min(least, single.quality());
            most = Math.max(most, single.quality());
        }
        least = Math.max(0, least - 0.02);
        most = Math.min(1, most + 0.02);
        Svg svg = new Svg(640, 420, 52, 42, "quality against cost");
        svg.axes(new Svg.Axis(costs[0], costs[places - 1], true), new Svg.Axis(least, most, false));
        for (double q = Math.ceil(least * 10) / 10; q <= most; q += 0.1) {
            svg.tickY(q, format("%.1f", q));
        }
        for (double usd = Math.pow(10, Math.ceil(Math.log10(costs[0]))); usd <= costs[places - 1]; usd *= 10) {
            svg.tickX(usd, format("%.3g", 1000 * usd));
        }
        svg.title("USD per 1000 queries", "mean quality");
        for (int e = chart.routers().length - 1; e >= 0; e--) {
            Line line = trial.verdict().lines().get(e);
            if (!line.entry().name.equals(Arena.RANDOM)) {
                svg.path(costs, clamped(chart.routers()[e], least), colour(trial, e), line.entry().name);
            }
        }
        svg.path(costs, clamped(chart.hull(), least), "hull", "hull of the single models");
        for (int m = 0; m < chart.singles().size(); m++) {
            Curve.Point single = chart.singles().get(m);
            svg.dot(
                    single.cost(),
                    single.quality(),
                    3,
                    "single",
                    trial.table().models().get(m));
        }
        return svg.toString();
    }

    private static double[] clamped(double[] values, double least) {
        return java.util.Arrays.stream(values).map(v -> Math.max(v, least)).toArray();
    }

    private static String legend(Trial trial) {
        StringBuilder out = new StringBuilder("<p class='legend'><span class='key hull'></span>hull of single models ");
        List<Line> lines = trial.verdict().lines();
        for (int e = 0; e < lines.size(); e++) {
            if (!colour(trial, e).equals("other")) {
                out.append(format(
                        "<span class='key %s'></span>%s ",
                        colour(trial, e), escaped(lines.get(e).entry().name)));
            }
        }
        return out.append("<span class='key other'></span>others <span class='point'></span>single model</p>")
                .toString();
    }

    private static String forest(Trial trial) {
        List<Line> lines = trial.verdict().lines().stream()
                .filter(line -> !line.entry().name.equals(Arena.ORACLE)
                        && !line.entry().name.equals(Arena.RANDOM))
                .toList();
        double least = -0.005;
        double most = 0.005;
        for (Line line : lines) {
            least = Math.min(least, line.overHull().low());
            most = Math.max(most, line.overHull().high());
        }
        least = Math.max(least, -3 * most - 0.02);
        Svg svg = new Svg(640, 60 + 26.0 * lines.size(), 190, 42, "AIQ above the hull");
        svg.axes(new Svg.Axis(least, most, false), new Svg.Axis(lines.size() - 0.4, -0.6, false));
        double step = step(most - least);
        for (double v = Math.ceil(least / step) * step; v <= most; v += step) {
            svg.tickX(v, format("%+.1f", 100 * v));
        }
        svg.path(new double[] {0, 0}, new double[] {-0.6, lines.size() - 0.4}, "hull", "the hull");
        for (int i = 0; i < lines.size(); i++) {
            Interval over = lines.get(i).overHull();
            String grade = grade(over);
            svg.rowLabel(i, "name", lines.get(i).entry().name);
            if (over.high() < least) {
                svg.label(least, i, "start", "tick", format("< %.1f: %.1f", 100 * least, 100 * over.value()));
                continue;
            }
            svg.bar(Math.max(least, over.low()), over.high(), i, grade);
            svg.dot(Math.max(least, over.value()), i, 4.5, grade, TextReport.points(over));
        }
        return svg.title("points of quality, mean over log cost", "").toString();
    }

    private static double step(double range) {
        double step = Math.pow(10, Math.floor(Math.log10(range)));
        return range / step > 5 ? step : range / step > 2 ? step / 2 : step / 5;
    }

    private static String figures(Trial trial) {
        StringBuilder out = new StringBuilder(
                "<div class='scroll'><table><thead><tr><th>router<th>quality<th>USD / 1000<th>seconds<th>AIQ"
                        + "<th>over hull<th>gap closed, &#37;<th>over best single at its cost<th>cost of 95 &#37;<th>cost of 100 &#37;<th>Brier"
                        + "<th>ECE</tr></thead><tbody>");
        for (Line line : trial.verdict().lines()) {
            Reliability reliability = line.entry().reliability;
            boolean probable = line.entry().probable;
            out.append(format(
                    "<tr><td title='%s'>%s<td>%.4f<td>%.3f<td>%s<td>%.4f<td class='%s'>%s<td>%s<td class='%s'>%s<td>%s<td>%s<td>%s<td>%s</tr>",
                    escaped(line.entry().source),
                    escaped(line.entry().name),
                    line.quality(),
                    1000 * line.usd(),
                    TextReport.seconds(line),
                    line.aiq(),
                    grade(line.overHull()),
                    TextReport.points(line.overHull()),
                    TextReport.points(line.gapClosed()),
                    grade(line.overBest()),
                    TextReport.points(line.overBest()),
                    TextReport.share(line.enough()),
                    TextReport.share(line.equal()),
                    probable ? format("%.4f", reliability.brier()) : "&ndash;",
                    probable ? format("%.4f", reliability.error()) : "&ndash;"));
        }
        return out.append(
                        "</tbody></table></div><p class='note'>Quality, cost and time until the whole answer: where only quality counts. AIQ: mean quality over "
                                + "log cost, between the cheapest and the dearest model. Cost of 95 &#37; and 100 &#37; of the best single model's "
                                + "quality, as a share of its cost. Hover over a name for its source.</p>")
                .toString();
    }

    private static String reliability(Trial trial) {
        StringBuilder out = new StringBuilder("<div class='small'>");
        for (Line line : trial.verdict().lines()) {
            if (line.entry().probable) {
                Reliability reliability = line.entry().reliability;
                Svg svg = new Svg(180, 170, 30, 22, "reliability of " + line.entry().name);
                svg.axes(new Svg.Axis(0, 1, false), new Svg.Axis(0, 1, false));
                svg.tickX(0, "0").tickX(1, "1").tickY(0, "0").tickY(1, "1");
                svg.path(new double[] {0, 1}, new double[] {0, 1}, "hull", "kept");
                for (int b = 0; b < Reliability.BINS; b++) {
                    if (reliability.share(b) > 0) {
                        svg.dot(
                                reliability.predicted(b),
                                reliability.happened(b),
                                2 + 9 * Math.sqrt(reliability.share(b)),
                                "bin",
                                format("%.3f predicted, %.3f got", reliability.predicted(b), reliability.happened(b)));
                    }
                }
                out.append(figure(format("%s, ECE %.3f", line.entry().name, reliability.error()), svg.toString(), ""));
            }
        }
        return out.append("</div>").toString();
    }

    private static String asked(Trial trial) {
        StringBuilder out = new StringBuilder("<div class='scroll'><table><thead><tr><th>router");
        for (double quality : Asked.QUALITIES) {
            out.append(format("<th>asked %.2f", quality));
        }
        out.append("</tr></thead><tbody>");
        for (Line line : trial.verdict().lines()) {
            if (line.entry().probable) {
                out.append("<tr><td>").append(escaped(line.entry().name));
                for (int a = 0; a < Asked.QUALITIES.length; a++) {
                    out.append(cell(line.entry().asked, a));
                }
                out.append("</tr>");
            }
        }
        return out.append("</tbody></table></div>").toString();
    }

    private static String cell(Asked asked, int a) {
        if (asked.share(a) == 0) {
            return "<td>&ndash;";
        }
        double short_ = Asked.QUALITIES[a] - asked.kept(a);
        String grade = short_ > 0.02 ? "bad" : short_ > 0 ? "open" : "good";
        return format("<td class='%s'>%.3f <small>(%.0f %%)</small>", grade, asked.kept(a), 100 * asked.share(a));
    }

    private static String tasks(Trial trial) {
        StringBuilder out =
                new StringBuilder("<div class='scroll'><table><thead><tr><th>task<th>queries<th>best single");
        trial.verdict().lines().forEach(line -> out.append("<th>").append(escaped(line.entry().name)));
        out.append("</tr></thead><tbody>");
        for (TaskBreakdown.Row row : trial.tasks()) {
            out.append(format("<tr><td>%s<td>%d<td>%.3f", escaped(row.task()), row.queries(), row.best()));
            for (double quality : row.routers()) {
                String grade = quality > row.best() + 0.01 ? "good" : quality < row.best() - 0.01 ? "bad" : "";
                out.append(format("<td class='%s'>%.3f", grade, quality));
            }
            out.append("</tr>");
        }
        return out.append("</tbody></table></div>").toString();
    }
}
