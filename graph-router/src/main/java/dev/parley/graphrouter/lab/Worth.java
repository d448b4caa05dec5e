package dev.parley.graphrouter.lab;

import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.Usage;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.calibrate.HeldOut;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether a routing graph is worth its trouble at the prices of the day: on the outcomes it did not learn from, is it better than
 * sending queries to single models at random (the zero-router hull)? As the lab judges routers, with the same interval. Immutable.
 *
 * @param queries judged on
 * @param models compared: those of the configuration whose outcomes the graph knows
 * @param overHull mean quality over log cost above the hull's, 0..1
 * @param low of its 95 % interval
 * @param high likewise
 */
public record Worth(int queries, List<String> models, double overHull, double low, double high) {
    private static final int FEWEST = 100; // queries
    private static final double ALIKE = 1.001; // costs nearer than this are one

    public Worth {
        models = List.copyOf(models);
    }

    /** Whether the graph is shown to beat a random mix of single models. */
    public boolean shown() {
        return low > 0;
    }

    /** For people. */
    public String words() {
        return String.format(
                Locale.ROOT,
                "On %d outcomes it did not learn from, over %d models, the routing graph is %+.1f points [%+.1f, %+.1f] above a random mix"
                        + " of single models%s",
                queries,
                models.size(),
                100 * overHull,
                100 * low,
                100 * high,
                shown() ? "" : ": not shown to help. One model, or a mix, may do as well (docs/lab.md)");
    }

    /**
     * Replays the graph's own predictions; some tenths of a second of CPU. Empty if it holds no outcomes back, or fewer than two of the
     * configured models are among them. Models of unknown price are left out; if nothing costs anything, tokens are what is spent.
     */
    public static Optional<Worth> of(RoutingGraph graph, List<ModelSpec> configured) {
        HeldOut held = graph.recalibration().heldOut();
        List<ModelSpec> known = configured.stream()
                .filter(model -> graph.models().contains(model.id().value()))
                .filter(model -> !(model.price() instanceof Price.Unknown))
                .toList();
        if (known.size() < 2 || held.queries() < FEWEST) {
            return Optional.empty();
        }
        int[] at = known.stream()
                .mapToInt(model -> graph.models().indexOf(model.id().value()))
                .toArray();
        boolean free = known.stream()
                .allMatch(
                        model -> model.price().costNanoUsd(Usage.of(1000, 1000)).orElse(0) == 0);
        double[][] score = new double[held.queries()][at.length];
        double[][] cost = new double[held.queries()][at.length];
        double[][][] expected = new double[held.queries()][2][at.length];
        for (int q = 0; q < score.length; q++) {
            for (int m = 0; m < at.length; m++) {
                int cell = q * held.models() + at[m];
                score[q][m] = held.score()[cell];
                cost[q][m] = cost(known.get(m), held.inputTokens()[q], held.usedTokens()[cell], free);
                expected[q][0][m] = held.quality()[cell];
                expected[q][1][m] = cost(known.get(m), held.inputTokens()[q], held.outputTokens()[cell], free);
            }
        }
        List<String> names = known.stream().map(model -> model.id().value()).toList();
        List<String> nothing = Collections.nCopies(score.length, "");
        return judged(new OutcomeTable("held out", names, nothing, nothing, score, cost), expected);
    }

    private static double cost(ModelSpec model, float input, float output, boolean free) {
        if (free || Float.isNaN(output)) {
            return output;
        }
        return model.price()
                        .costNanoUsd(Usage.of(Math.round(input), Math.round(output)))
                        .orElse(0)
                / 1e9;
    }

    private static Optional<Worth> judged(OutcomeTable table, double[][][] expected) {
        int[] judged = IntStream.range(0, table.size())
                .filter(q -> IntStream.range(0, table.models().size())
                                .filter(m -> table.known(q, m))
                                .count()
                        > 1)
                .toArray();
        if (judged.length < FEWEST) {
            return Optional.empty();
        }
        double[] means = IntStream.range(0, table.models().size())
                .mapToDouble(m -> IntStream.of(judged)
                        .filter(q -> table.known(q, m))
                        .mapToDouble(q -> table.cost()[q][m])
                        .average()
                        .orElse(0))
                .toArray();
        double dearest = max(means);
        if (dearest
                <= ALIKE
                        * -max(IntStream.range(0, means.length)
                                .mapToDouble(m -> -means[m])
                                .toArray())) {
            return Optional.empty(); // no cost to weigh
        }
        double[][][] told = IntStream.of(judged).mapToObj(q -> expected[q]).toArray(double[][][]::new);
        double[][][] truth = IntStream.of(judged)
                .mapToObj(q -> new double[][] {table.score()[q], table.cost()[q]})
                .toArray(double[][][]::new);
        List<Arena.Entry> entries = List.of(
                entry("graph", Replayed.of(table, judged, told, dearest)),
                entry(Arena.ORACLE, Replayed.of(table, judged, truth, dearest)));
        Judge.Interval over = new Judge(table, List.of(new Split(0, judged, judged)), entries)
                .verdict()
                .lines()
                .getFirst()
                .overHull();
        return Optional.of(new Worth(judged.length, table.models(), over.value(), over.low(), over.high()));
    }

    private static Arena.Entry entry(String name, Replayed replayed) {
        Arena.Entry entry = new Arena.Entry(name, "", false);
        entry.replays.add(replayed);
        return entry;
    }

    private static double max(double[] values) {
        double most = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            most = Math.max(most, value);
        }
        return most;
    }
}
