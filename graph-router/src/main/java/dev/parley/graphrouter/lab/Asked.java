package dev.parley.graphrouter.lab;

import dev.parley.graphrouter.Router;
import java.util.Arrays;

/**
 * What is got when the cheapest model is taken whose predicted quality suffices for what is asked: choosing on a noisy prediction
 * promises more than is kept (the winner's curse).
 */
final class Asked {
    static final double[] QUALITIES = {0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95};

    private final double[] promised = new double[QUALITIES.length];
    private final double[] kept = new double[QUALITIES.length];
    private final double[] usd = new double[QUALITIES.length];
    private final int[] found = new int[QUALITIES.length];
    private int queries;

    /** @param sufficient [asked] predicted quality that the router wants of a choice */
    void add(OutcomeTable table, int query, double[][] expected, double[] sufficient) {
        queries++;
        for (int a = 0; a < QUALITIES.length; a++) {
            int chosen = -1;
            for (int m = 0; m < expected[0].length; m++) {
                if (table.known(query, m)
                        && expected[0][m] >= sufficient[a]
                        && (chosen < 0 || expected[1][m] < expected[1][chosen])) {
                    chosen = m;
                }
            }
            if (chosen >= 0) {
                found[a]++;
                promised[a] += expected[0][chosen];
                kept[a] += table.score()[query][chosen];
                usd[a] += table.cost()[query][chosen];
            }
        }
    }

    /** What a router wants, [asked]. */
    static double[] sufficient(Router router) {
        return Arrays.stream(QUALITIES).map(router::sufficient).toArray();
    }

    /** Share of the queries with a model that is predicted to suffice. */
    double share(int asked) {
        return found[asked] / (double) queries;
    }

    double promised(int asked) {
        return promised[asked] / found[asked];
    }

    /** Mean score of what was chosen. */
    double kept(int asked) {
        return kept[asked] / found[asked];
    }

    /** USD per query. */
    double cost(int asked) {
        return usd[asked] / found[asked];
    }
}
