package dev.parley.graphrouter.lab;

import dev.parley.graphrouter.calibrate.RiskControl;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * What a tolerated loss buys: queries go to the weak model (cheapest in training) where the strong one (best in training) is predicted to
 * gain no more than a threshold, which conformal risk control chooses on one half of the judged queries; what it keeps is seen on the other
 * half, and the halves change places. The loss of a query is by how much the weak answer is worse, if it is.
 */
final class StrongWeak {
    static final double[] TOLERATED = {0.01, 0.02, 0.05, 0.1};

    /** Indices of models. */
    record Pair(int strong, int weak) {}

    private final double[] lost = new double[TOLERATED.length];
    private final double[] weakly = new double[TOLERATED.length];
    private final double[] quality = new double[TOLERATED.length];
    private final double[] usd = new double[TOLERATED.length];
    private final double[] thresholds = new double[TOLERATED.length];
    private double strongUsd;
    private int judged;
    private int halves;

    /**
     * One split.
     *
     * @param queries indices into the table
     * @param expected of those, {quality, cost}[models] each
     */
    void add(OutcomeTable table, int[] queries, double[][][] expected, Pair pair, long seed) {
        int[] both = java.util.stream.IntStream.range(0, queries.length)
                .filter(i -> table.known(queries[i], pair.strong) && table.known(queries[i], pair.weak))
                .toArray();
        if (pair.strong == pair.weak || both.length < 2) {
            return;
        }
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] first = new boolean[queries.length];
        for (int i : both) {
            first[i] = random.nextBoolean();
        }
        for (boolean half : new boolean[] {true, false}) {
            halves++;
            int[] known = Arrays.stream(both).filter(i -> first[i] == half).toArray();
            RiskControl control = new RiskControl(
                    Arrays.stream(known)
                            .mapToDouble(i -> gain(expected[i], pair))
                            .toArray(),
                    Arrays.stream(known)
                            .mapToDouble(i -> loss(table, queries[i], pair))
                            .toArray());
            double[] chosen = new double[TOLERATED.length];
            for (int a = 0; a < chosen.length; a++) {
                OptionalDouble threshold = control.threshold(TOLERATED[a]);
                chosen[a] = Math.clamp(threshold.orElse(-1), -1.0, 1.0); // -1: never the weak one
                thresholds[a] += chosen[a];
            }
            for (int i : both) {
                if (first[i] != half) {
                    judge(table, queries[i], gain(expected[i], pair), chosen, pair);
                }
            }
        }
    }

    private void judge(OutcomeTable table, int q, double gain, double[] chosen, Pair pair) {
        judged++;
        strongUsd += table.cost()[q][pair.strong];
        for (int a = 0; a < chosen.length; a++) {
            boolean weakly = gain <= chosen[a];
            this.weakly[a] += weakly ? 1 : 0;
            lost[a] += weakly ? loss(table, q, pair) : 0;
            quality[a] += table.score()[q][weakly ? pair.weak : pair.strong];
            usd[a] += table.cost()[q][weakly ? pair.weak : pair.strong];
        }
    }

    private static double gain(double[][] expected, Pair pair) {
        return expected[0][pair.strong] - expected[0][pair.weak];
    }

    private static double loss(OutcomeTable table, int q, Pair pair) {
        return Math.max(0, table.score()[q][pair.strong] - table.score()[q][pair.weak]);
    }

    /** False if one model is both, so that there is nothing to choose. */
    boolean any() {
        return judged > 0;
    }

    /** Mean loss that came about. */
    double lost(int tolerated) {
        return lost[tolerated] / judged;
    }

    /** Share of the queries that the weak model answered. */
    double share(int tolerated) {
        return weakly[tolerated] / judged;
    }

    double quality(int tolerated) {
        return quality[tolerated] / judged;
    }

    /** Of the cost of asking the strong model always. */
    double saved(int tolerated) {
        return 1 - usd[tolerated] / strongUsd;
    }

    /** For a policy of the threshold form; mean over the halves. */
    double threshold(int tolerated) {
        return thresholds[tolerated] / halves;
    }
}
