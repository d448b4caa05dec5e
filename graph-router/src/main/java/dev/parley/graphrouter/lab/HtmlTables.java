package dev.parley.graphrouter.lab;

import static dev.parley.graphrouter.lab.Svg.escaped;
import static dev.parley.graphrouter.lab.TextReport.format;

import dev.parley.graphrouter.lab.Judge.Line;

/** Tables of the page that not every data set has. */
final class HtmlTables {
    private HtmlTables() {}

    /** Of our own router and those beside it, where there is a strong and a weak model. */
    static String strongWeak(Trial trial) {
        StringBuilder rows = new StringBuilder();
        for (Line line : trial.verdict().lines()) {
            StrongWeak pair = line.entry().strongWeak;
            if (line.entry().probable && pair.any()) {
                rows.append("<tr><td>").append(escaped(line.entry().name));
                for (int a = 0; a < StrongWeak.TOLERATED.length; a++) {
                    String grade = pair.lost(a) > StrongWeak.TOLERATED[a] ? "bad" : "good";
                    rows.append(format(
                            "<td class='%s'>%.3f <small>(saves %.0f &#37;, threshold %.3f)</small>",
                            grade, pair.lost(a), 100 * pair.saved(a), pair.threshold(a)));
                }
                rows.append("</tr>");
            }
        }
        if (rows.isEmpty()) {
            return "";
        }
        StringBuilder head = new StringBuilder("<tr><th>router");
        for (double tolerated : StrongWeak.TOLERATED) {
            head.append(format("<th>tolerated loss %.2f", tolerated));
        }
        return "<h3>What a tolerated loss buys</h3><p>The weak model (cheapest) answers where the strong one (best) is predicted to "
                + "gain no more than a threshold, which conformal risk control sets on other queries: loss seen, cost saved "
                + "against the strong model always, and the threshold for the policy.</p>"
                + table(head + "</tr>", rows);
    }

    static String newcomers(Trial trial) {
        if (trial.newcomers().isEmpty()) {
            return "";
        }
        StringBuilder rows = new StringBuilder();
        trial.newcomers().forEach(row -> rows.append(newcomer(row)));
        rows.append(newcomer(Inductive.mean("mean", trial.newcomers())));
        return format(
                        "<h3>Models left out</h3><p>Brier on queries not seen, of each model when the router is trained on all its "
                                + "outcomes, and when it is left out and comes back with %d probes.</p>",
                        Inductive.PROBES)
                + table(
                        "<tr><th>model<th>trained<th>onboarded<th>ridge on the probes<th>mean of the probes</tr>",
                        rows);
    }

    private static String newcomer(Inductive.Row row) {
        return format(
                "<tr><td>%s<td>%.4f<td>%.4f<td>%.4f<td>%.4f</tr>",
                escaped(row.model()), row.trained(), row.onboarded(), row.ridge(), row.mean());
    }

    private static String table(String head, StringBuilder rows) {
        return "<div class='scroll'><table><thead>" + head + "</thead><tbody>" + rows + "</tbody></table></div>";
    }
}
