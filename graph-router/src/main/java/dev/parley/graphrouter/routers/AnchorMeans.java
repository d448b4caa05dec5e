package dev.parley.graphrouter.routers;

import dev.parley.graphrouter.EdgeStats;
import dev.parley.graphrouter.RoutingGraph;
import java.util.Arrays;

/**
 * Qualities of models over groups of a graph's anchors, as the routers that count outcomes need them. Immutable, thread-safe.
 *
 * @param overall [models] mean over all outcomes, 0.5 without any
 */
@SuppressWarnings("ArrayRecordComponent")
record AnchorMeans(EdgeStats edges, double[] overall) {
    private static final double WORTH = 4; // outcomes that the overall mean is worth

    static AnchorMeans of(RoutingGraph graph) {
        EdgeStats tasks = graph.taskModels();
        double[] overall = new double[graph.models().size()];
        for (int m = 0; m < overall.length; m++) {
            double n = 0;
            for (int t = 0; t < tasks.from(); t++) {
                n += tasks.n()[t * tasks.to() + m];
                overall[m] += tasks.n()[t * tasks.to() + m] * tasks.quality()[t * tasks.to() + m];
            }
            overall[m] = n > 0 ? overall[m] / n : 0.5;
        }
        return new AnchorMeans(graph.anchorModels(), overall);
    }

    /** Means on each task, shrunk to the overall mean, [tasks][models]. */
    static double[][] byTask(RoutingGraph graph) {
        EdgeStats edges = graph.taskModels();
        double[] overall = of(graph).overall();
        double[][] means = new double[edges.from()][edges.to()];
        for (int t = 0; t < means.length; t++) {
            for (int m = 0; m < overall.length; m++) {
                double n = edges.n()[t * edges.to() + m];
                means[t][m] = (n * edges.quality()[t * edges.to() + m] + WORTH * overall[m]) / (n + WORTH);
            }
        }
        return means;
    }

    /** Outcomes of the model that has most of them on this anchor. */
    double outcomes(int anchor) {
        double most = 0;
        for (int m = 0; m < overall.length; m++) {
            most = Math.max(most, edges.n()[anchor * edges.to() + m]);
        }
        return most;
    }

    /** Whether the model answered anything near this anchor. */
    boolean known(int anchor, int model) {
        return edges.n()[anchor * edges.to() + model] > 0;
    }

    /** Mean of a group of anchors, shrunk to the overall mean, [models]. */
    double[] of(int... anchors) {
        double[] sums = new double[overall.length];
        double[] n = new double[overall.length];
        for (int anchor : anchors) {
            int row = anchor * edges.to();
            for (int m = 0; m < sums.length; m++) {
                n[m] += edges.n()[row + m];
                sums[m] += edges.n()[row + m] * edges.quality()[row + m];
            }
        }
        Arrays.setAll(sums, m -> (sums[m] + WORTH * overall[m]) / (n[m] + WORTH));
        return sums;
    }
}
