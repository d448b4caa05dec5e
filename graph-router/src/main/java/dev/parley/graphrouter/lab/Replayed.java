package dev.parley.graphrouter.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * One router over all cost weights on one split: what the chosen models made of each judged query. Arrays must not be changed.
 *
 * @param score [weights][test queries] 0..1
 * @param cost [weights][test queries] USD
 * @param seconds [test queries] where only quality counts; NaN if not known
 */
@SuppressWarnings("ArrayRecordComponent")
record Replayed(float[][] score, float[][] cost, float[] seconds) {
    /** What a unit of quality may cost, in mean costs of the dearest model: 0, then from a thousandth to ten thousand of them. */
    static final double[] WEIGHTS = new double[42];

    static {
        for (int i = 1; i < WEIGHTS.length; i++) {
            WEIGHTS[i] = 1e-3 * Math.pow(1e7, (i - 1) / (WEIGHTS.length - 2.0));
        }
    }

    /**
     * Chooses for each query and weight.
     *
     * @param expected [test queries][2][models] quality and cost in USD
     * @param unit mean cost of the dearest model, USD
     */
    static Replayed of(OutcomeTable table, int[] test, double[][][] expected, double unit) {
        float[][] score = new float[WEIGHTS.length][test.length];
        float[][] cost = new float[WEIGHTS.length][test.length];
        float[] seconds = new float[test.length];
        for (int w = 0; w < WEIGHTS.length; w++) {
            for (int i = 0; i < test.length; i++) {
                int chosen = chosen(table, test[i], expected[i], WEIGHTS[w] / unit);
                score[w][i] = (float) table.score()[test[i]][chosen];
                cost[w][i] = (float) table.cost()[test[i]][chosen];
                seconds[i] = w == 0 ? (float) table.seconds()[test[i]][chosen] : seconds[i];
            }
        }
        return new Replayed(score, cost, seconds);
    }

    /** Among models whose answer is known; ties go to the cheaper. */
    static int chosen(OutcomeTable table, int query, double[][] expected, double weight) {
        int best = -1;
        for (int m = 0; m < expected[0].length; m++) {
            if (table.known(query, m) && (best < 0 || leads(expected, m, best, weight))) {
                best = m;
            }
        }
        return best;
    }

    private static boolean leads(double[][] expected, int a, int b, double weight) {
        double lead = expected[0][a] - expected[0][b] - weight * (expected[1][a] - expected[1][b]);
        return lead > 1e-9 || (lead > -1e-9 && expected[1][a] < expected[1][b]);
    }

    /**
     * Quality against cost. The cheapest single model belongs to it: a router that is never that cheap is mixed with it there, and
     * not credited for what it cannot do at that cost.
     *
     * @param worth of each test query, as a bootstrap draws it
     */
    Curve curve(double[] worth, Curve.Point cheapest) {
        List<Curve.Point> points = new ArrayList<>();
        points.add(cheapest);
        for (int w = 0; w < score.length; w++) {
            points.add(point(w, worth));
        }
        return new Curve(points);
    }

    /** Mean time of the answers where only quality counts; NaN if not known of all. */
    double meanSeconds() {
        double sum = 0;
        for (float one : seconds) {
            sum += one / seconds.length;
        }
        return sum;
    }

    /** Where the cost weight is that one of {@link #WEIGHTS}. */
    Curve.Point point(int weight, double[] worth) {
        double all = 0;
        double quality = 0;
        double usd = 0;
        float[] s = score[weight];
        float[] c = cost[weight];
        for (int i = 0; i < s.length; i++) {
            all += worth[i];
            quality += worth[i] * s[i];
            usd += worth[i] * c[i];
        }
        return new Curve.Point(usd / all, quality / all);
    }
}
