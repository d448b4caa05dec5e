package dev.parley.graphrouter.routers;

/**
 * The clusters that speak for a query and how much each: the three nearest, by exp(9 cosine) over rank, of sum 1. Source: Avengers-Pro
 * (Zhang et al. 2025).
 *
 * @param clusters [nearest first]
 * @param weights [clusters]
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClusterMix(int[] clusters, double[] weights) {
    private static final int MIXED = 3;
    private static final double SHARPNESS = 9;

    /** @param cosines [clusters], at least one; the nearest are overwritten */
    public static ClusterMix of(float[] cosines) {
        int[] clusters = new int[Math.min(MIXED, cosines.length)];
        double[] weights = new double[clusters.length];
        double sum = 0;
        for (int rank = 0; rank < clusters.length; rank++) {
            int next = largest(cosines);
            clusters[rank] = next;
            weights[rank] = Math.exp(SHARPNESS * cosines[next]) / (rank + 1);
            sum += weights[rank];
            cosines[next] = Float.NEGATIVE_INFINITY;
        }
        for (int rank = 0; rank < weights.length; rank++) {
            weights[rank] /= sum;
        }
        return new ClusterMix(clusters, weights);
    }

    /** Weighted mean of rows [clusters][values]. */
    public double[] mean(double[][] rows) {
        double[] mean = new double[rows[0].length];
        for (int i = 0; i < clusters.length; i++) {
            for (int v = 0; v < mean.length; v++) {
                mean[v] += weights[i] * rows[clusters[i]][v];
            }
        }
        return mean;
    }

    static int largest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            largest = values[i] > values[largest] ? i : largest;
        }
        return largest;
    }
}
