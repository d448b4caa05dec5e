package dev.parley.graphrouter;

import dev.parley.graphrouter.Neighbourhood.Near;

/**
 * Weighted sums of the outcomes of all models near a query: rows of the edge statistics, read in the order they lie, a figure at a time so
 * that the JIT computes several models at once.
 */
final class LocalSums {
    private static final float NEAR_WEIGHT = 0.1f;

    private final boolean empty;
    private final double[] support; // [models], as all
    private final double[] quality;
    private final double[] tokens;
    private final double[] seconds;
    private final double[] near;

    LocalSums(EdgeStats edges, Near near) {
        empty = near.size() == 0;
        support = new double[edges.to()];
        quality = new double[edges.to()];
        tokens = new double[edges.to()];
        seconds = new double[edges.to()];
        this.near = new double[edges.to()];
        for (int i = 0; i < near.size(); i++) {
            float weight = near.weights()[i];
            int row = near.anchors()[i] * edges.to();
            for (int m = 0; m < support.length; m++) {
                support[m] += weight * edges.n()[row + m];
            }
            add(quality, weight, edges.n(), edges.quality(), row);
            add(tokens, weight, edges.n(), edges.tokens(), row);
            add(seconds, weight, edges.n(), edges.seconds(), row);
            for (int m = 0; m < support.length && weight >= NEAR_WEIGHT; m++) {
                this.near[m] += edges.n()[row + m];
            }
        }
    }

    private static void add(double[] sums, float weight, float[] n, float[] means, int row) {
        for (int m = 0; m < sums.length; m++) {
            sums[m] += weight * n[row + m] * means[row + m];
        }
    }

    boolean isEmpty() {
        return empty;
    }

    /** Outcomes, weighed; 0 for a model the graph does not know (-1), as all others. */
    double support(int model) {
        return model < 0 ? 0 : support[model];
    }

    double quality(int model) {
        return model < 0 ? 0 : quality[model];
    }

    double tokens(int model) {
        return model < 0 ? 0 : tokens[model];
    }

    double seconds(int model) {
        return model < 0 ? 0 : seconds[model];
    }

    /** Outcomes, not weighed, of the anchors that count. */
    double near(int model) {
        return model < 0 ? 0 : near[model];
    }
}
