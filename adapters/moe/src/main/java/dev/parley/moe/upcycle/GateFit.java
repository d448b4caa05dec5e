package dev.parley.moe.upcycle;

import java.util.Arrays;

/**
 * Learns a gate: for each expert a linear function of the part's input that foretells how much the expert will contribute, by ridge
 * regression. D width of the input, E experts. Takes D squared doubles; not thread-safe.
 */
final class GateFit {
    /** Penalty as a share of the inputs' mean square. */
    private static final double RIDGE = 1e-3;

    private final int width;
    private final int experts;
    private final double[] inputs; // [D, D] sums of products, the lower half
    private final double[] targets; // [E, D] sums of products
    private long samples;

    GateFit(int width, int experts) {
        this.width = width;
        this.experts = experts;
        inputs = new double[width * width];
        targets = new double[experts * width];
    }

    /**
     * @param x [.., D], the sample begins at {@code at}
     * @param contribution [E]
     */
    void add(float[] x, int at, double[] contribution) {
        for (int i = 0; i < width; i++) {
            double xi = x[at + i];
            int row = i * width;
            for (int j = 0; j <= i; j++) {
                inputs[row + j] += xi * x[at + j];
            }
        }
        for (int e = 0; e < experts; e++) {
            double y = contribution[e];
            int row = e * width;
            for (int j = 0; j < width; j++) {
                targets[row + j] += y * x[at + j];
            }
        }
        samples++;
    }

    /**
     * The gate's weights [E, D], scaled so that its scores spread by {@code spread} over the samples. Throws {@link IllegalStateException} without
     * samples.
     */
    float[] solve(double spread) {
        if (samples == 0) {
            throw new IllegalStateException("No samples to learn a gate of");
        }
        double[] cholesky = cholesky();
        float[] gate = new float[experts * width];
        double squares = 0;
        double[][] weights = new double[experts][];
        for (int e = 0; e < experts; e++) {
            weights[e] = solve(cholesky, Arrays.copyOfRange(targets, e * width, (e + 1) * width));
        }
        centre(weights);
        for (int e = 0; e < experts; e++) {
            squares += meanSquare(weights[e]);
        }
        double scale = squares == 0 ? 0 : spread / Math.sqrt(squares / experts);
        for (int e = 0; e < experts; e++) {
            for (int j = 0; j < width; j++) {
                gate[e * width + j] = (float) (weights[e][j] * scale);
            }
        }
        return gate;
    }

    /** What all experts' scores have in common decides nothing, and would only take precision. */
    private static void centre(double[][] weights) {
        for (int j = 0; j < weights[0].length; j++) {
            double mean = 0;
            for (double[] w : weights) {
                mean += w[j] / weights.length;
            }
            for (double[] w : weights) {
                w[j] -= mean;
            }
        }
    }

    /** Of the scores over the samples: w A w / n. */
    private double meanSquare(double[] w) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            double row = inputs[i * width + i] * w[i] / 2;
            for (int j = 0; j < i; j++) {
                row += inputs[i * width + j] * w[j];
            }
            sum += 2 * row * w[i];
        }
        return sum / samples;
    }

    /** L of A + ridge = L L', [D, D], the lower half. */
    private double[] cholesky() {
        double[] l = inputs.clone();
        double trace = 0;
        for (int i = 0; i < width; i++) {
            trace += inputs[i * width + i];
        }
        for (int i = 0; i < width; i++) {
            l[i * width + i] += RIDGE * trace / width + Double.MIN_NORMAL;
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = l[i * width + j];
                for (int k = 0; k < j; k++) {
                    sum -= l[i * width + k] * l[j * width + k];
                }
                l[i * width + j] = i == j ? Math.sqrt(sum) : sum / l[j * width + j];
            }
        }
        return l;
    }

    private double[] solve(double[] l, double[] y) {
        for (int i = 0; i < width; i++) {
            for (int k = 0; k < i; k++) {
                y[i] -= l[i * width + k] * y[k];
            }
            y[i] /= l[i * width + i];
        }
        for (int i = width - 1; i >= 0; i--) {
            for (int k = i + 1; k < width; k++) {
                y[i] -= l[k * width + i] * y[k];
            }
            y[i] /= l[i * width + i];
        }
        return y;
    }
}
