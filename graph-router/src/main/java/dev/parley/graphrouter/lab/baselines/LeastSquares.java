package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.learn.Cholesky;

/** Ridge regression with an intercept, one target a column; missing targets count as the column's mean. */
final class LeastSquares {
    private final double[][] weights; // [targets][dimension + 1], intercept last

    LeastSquares(float[][] inputs, double[][] targets, double penalty) {
        int n = inputs.length;
        int d = inputs[0].length;
        double[] centre = new double[d];
        for (float[] x : inputs) {
            for (int i = 0; i < d; i++) {
                centre[i] += x[i] / n;
            }
        }
        double[] mean = means(targets);
        double[][] gram = new double[d][d];
        double[][] right = new double[mean.length][d];
        double[] x = new double[d];
        for (int q = 0; q < n; q++) {
            for (int i = 0; i < d; i++) {
                x[i] = inputs[q][i] - centre[i];
            }
            for (int i = 0; i < d; i++) {
                add(gram[i], x, x[i]);
            }
            for (int t = 0; t < mean.length; t++) {
                double y = targets[q][t];
                add(right[t], x, Double.isNaN(y) ? 0 : y - mean[t]);
            }
        }
        for (int i = 0; i < d; i++) {
            gram[i][i] += penalty;
        }
        Cholesky.factor(gram);
        weights = new double[mean.length][];
        for (int t = 0; t < mean.length; t++) {
            weights[t] = withIntercept(Cholesky.solve(gram, right[t]), centre, mean[t]);
        }
    }

    private static double[] means(double[][] targets) {
        double[] mean = new double[targets[0].length];
        for (int t = 0; t < mean.length; t++) {
            double sum = 0;
            int known = 0;
            for (double[] row : targets) {
                sum += Double.isNaN(row[t]) ? 0 : row[t];
                known += Double.isNaN(row[t]) ? 0 : 1;
            }
            mean[t] = sum / Math.max(1, known);
        }
        return mean;
    }

    private static void add(double[] to, double[] x, double times) {
        for (int i = 0; i < to.length; i++) {
            to[i] += times * x[i];
        }
    }

    private static double[] withIntercept(double[] w, double[] centre, double mean) {
        double[] all = java.util.Arrays.copyOf(w, w.length + 1);
        all[w.length] = mean;
        for (int i = 0; i < w.length; i++) {
            all[w.length] -= w[i] * centre[i];
        }
        return all;
    }

    /** [targets] */
    double[] at(float[] input) {
        double[] out = new double[weights.length];
        for (int t = 0; t < out.length; t++) {
            double sum = weights[t][input.length];
            for (int i = 0; i < input.length; i++) {
                sum += weights[t][i] * input[i];
            }
            out[t] = sum;
        }
        return out;
    }
}
