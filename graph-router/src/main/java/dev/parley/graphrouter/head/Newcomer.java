package dev.parley.graphrouter.head;

import java.util.Arrays;

/**
 * A model that joined a graph with a few probes, in terms of what the graph says of its own models: its log-odds are linear in the mean of
 * theirs (how hard a query is), in how each differs from that mean (whom it is like), in the shares of the tasks and in the embedding
 * (what it alone is good at). So 30 to 100 probes place it. Arrays must not be changed. Thread-safe.
 *
 * @param model id
 * @param probes outcomes it is known by
 * @param weights of {@link #inputs}
 * @param length of its answers, as a share of what the graph's models would use
 * @param seconds until the whole answer, mean of its probes
 */
@SuppressWarnings("ArrayRecordComponent")
public record Newcomer(String model, int probes, float[] weights, double length, double seconds) {
    private static final double EDGE = 0.03; // chances are cut to this and one less this before they become log-odds

    public Newcomer {
        if (model.isBlank() || probes < 1 || !(length >= 0) || !(seconds >= 0)) {
            throw new IllegalArgumentException("newcomer '" + model
                    + "' needs a name, a probe or more, and a length and seconds >= 0, but has " + probes + ", "
                    + length
                    + ", " + seconds);
        }
    }

    /**
     * What the weights are of: a constant, the mean, the differences, the tasks, the embedding.
     *
     * @param others predicted quality of the graph's models, [models], at least one
     * @param tasks shares, [tasks]
     * @param embedding [dimension]; zeros if the query has none
     */
    public static double[] inputs(double[] others, double[] tasks, float[] embedding) {
        double[] x = Arrays.copyOf(new double[] {1}, count(others.length, tasks.length, embedding.length));
        for (int m = 0; m < others.length; m++) {
            double p = Math.clamp(others[m], EDGE, 1 - EDGE);
            x[m + 2] = Math.log(p / (1 - p));
            x[1] += x[m + 2] / others.length;
        }
        for (int m = 0; m < others.length; m++) {
            x[m + 2] -= x[1];
        }
        System.arraycopy(tasks, 0, x, 2 + others.length, tasks.length);
        for (int d = 0; d < embedding.length; d++) {
            x[2 + others.length + tasks.length + d] = embedding[d];
        }
        return x;
    }

    /** How many {@link #inputs} there are. */
    public static int count(int models, int tasks, int dimension) {
        return 2 + models + tasks + dimension;
    }

    /** Chance of a good answer. */
    public double quality(double[] inputs) {
        double sum = 0;
        for (int i = 0; i < inputs.length; i++) {
            sum += weights[i] * inputs[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }
}
