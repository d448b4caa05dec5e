package dev.parley.graphrouter;

import dev.parley.graphrouter.Neighbourhood.Near;

/** Weighted sums of the outcomes of all models near a query: rows of the edge statistics, read in the order they lie. */
final class LocalSums {
    static final int SUPPORT = 0;
    static final int QUALITY = 1;
    static final int TOKENS = 2;
    static final int SECONDS = 3;
    static final int NEAR = 4; // outcomes, not weighed, of anchors with at least NEAR_WEIGHT
    private static final int FIGURES = 5;
    private static final float NEAR_WEIGHT = 0.1f;
    private static final double[] NOTHING = new double[FIGURES];

    private final double[][] sums; // [model][FIGURES]
    private final boolean empty;

    LocalSums(EdgeStats edges, Near near) {
        empty = near.size() == 0;
        sums = new double[edges.to()][FIGURES];
        for (int i = 0; i < near.size(); i++) {
            float weight = near.weights()[i];
            int row = near.anchors()[i] * edges.to();
            for (int m = 0; m < sums.length; m++) {
                double n = edges.n()[row + m];
                double w = weight * n;
                double[] sum = sums[m];
                sum[SUPPORT] += w;
                sum[QUALITY] += w * edges.quality()[row + m];
                sum[TOKENS] += w * edges.tokens()[row + m];
                sum[SECONDS] += w * edges.seconds()[row + m];
                sum[NEAR] += weight >= NEAR_WEIGHT ? n : 0;
            }
        }
    }

    boolean isEmpty() {
        return empty;
    }

    /** The figures of a model; zeros for a model the graph does not know (-1). Not to be changed. */
    double[] of(int model) {
        return model < 0 ? NOTHING : sums[model];
    }
}
