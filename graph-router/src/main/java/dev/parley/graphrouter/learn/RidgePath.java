package dev.parley.graphrouter.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ridge regression whose penalty is chosen per target by cross-validation, among them the infinite one: a target that cannot be
 * predicted is left at its mean. Source: Hoerl and Kennard 1970. Thread-safe; the same inputs serve any targets.
 */
final class RidgePath {
    private static final double[] PENALTIES = {3, 10, 30, 100, 300, 1000};
    private static final double LEAST_GAIN = 0.002; // of the variance, out of sample

    private final float[][] inputs;
    private final int[] fold;
    private final double[] centre;
    private final double[][][] grams; // [fold][inputs][inputs]
    private final Map<List<Number>, double[][]> factors = new ConcurrentHashMap<>(); // by fold left out and penalty

    /** @param fold of each row, 0 .. folds - 1 */
    RidgePath(float[][] inputs, int[] fold, int folds) {
        this.inputs = inputs;
        this.fold = fold;
        int width = inputs[0].length;
        centre = new double[width];
        for (float[] x : inputs) {
            for (int i = 0; i < width; i++) {
                centre[i] += x[i] / inputs.length;
            }
        }
        grams = new double[folds][width][width];
        for (int q = 0; q < inputs.length; q++) {
            double[] x = centred(q);
            for (int i = 0; i < width; i++) {
                add(grams[fold[q]][i], x, x[i]);
            }
        }
    }

    private double[] centred(int q) {
        double[] x = new double[centre.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = inputs[q][i] - centre[i];
        }
        return x;
    }

    /** Weights of each target, [targets][inputs + 1] with the constant last; zeros but for the constant if nothing is gained. */
    float[][] fit(double[][] targets) {
        int count = targets[0].length;
        double[] mean = new double[count];
        for (double[] row : targets) {
            add(mean, row, 1.0 / targets.length);
        }
        double[][][] right = new double[grams.length][count][centre.length];
        double[] variance = new double[count];
        for (int q = 0; q < inputs.length; q++) {
            double[] x = centred(q);
            for (int k = 0; k < count; k++) {
                double y = targets[q][k] - mean[k];
                add(right[fold[q]][k], x, y);
                variance[k] += y * y;
            }
        }
        double[] best = Arrays.stream(variance).map(v -> v * (1 - LEAST_GAIN)).toArray();
        double[] chosen = new double[count];
        for (double penalty : PENALTIES) {
            double[] loss = losses(targets, mean, right, penalty);
            for (int k = 0; k < count; k++) {
                if (loss[k] < best[k]) {
                    best[k] = loss[k];
                    chosen[k] = penalty;
                }
            }
        }
        return weights(right, mean, chosen);
    }

    private double[] losses(double[][] targets, double[] mean, double[][][] right, double penalty) {
        double[] loss = new double[mean.length];
        for (int held = 0; held < grams.length; held++) {
            double[][] factor = factored(held, penalty);
            double[][] weights = new double[mean.length][];
            for (int k = 0; k < mean.length; k++) {
                weights[k] = Cholesky.solve(factor, without(right, held, k));
            }
            for (int q = 0; q < inputs.length; q++) {
                if (fold[q] == held) {
                    double[] x = centred(q);
                    for (int k = 0; k < mean.length; k++) {
                        double miss = dot(weights[k], x) + mean[k] - targets[q][k];
                        loss[k] += miss * miss;
                    }
                }
            }
        }
        return loss;
    }

    private double[][] factored(int held, double penalty) {
        return factors.computeIfAbsent(List.of(held, penalty), key -> factor(held, penalty));
    }

    private double[][] factor(int held, double penalty) {
        double[][] gram = new double[centre.length][centre.length];
        for (int f = 0; f < grams.length; f++) {
            for (int i = 0; i < gram.length && f != held; i++) {
                add(gram[i], grams[f][i], 1);
            }
        }
        for (int i = 0; i < gram.length; i++) {
            gram[i][i] += penalty;
        }
        Cholesky.factor(gram);
        return gram;
    }

    private static double[] without(double[][][] right, int held, int k) {
        double[] sum = new double[right[0][k].length];
        for (int f = 0; f < right.length; f++) {
            if (f != held) {
                add(sum, right[f][k], 1);
            }
        }
        return sum;
    }

    private float[][] weights(double[][][] right, double[] mean, double[] chosen) {
        float[][] weights = new float[mean.length][centre.length + 1];
        for (double penalty : PENALTIES) {
            if (Arrays.stream(chosen).noneMatch(c -> c == penalty)) {
                continue;
            }
            double[][] factor = factored(-1, penalty);
            for (int k = 0; k < mean.length; k++) {
                if (chosen[k] == penalty) {
                    double[] w = Cholesky.solve(factor, without(right, -1, k));
                    for (int i = 0; i < w.length; i++) {
                        weights[k][i] = (float) w[i];
                    }
                    weights[k][w.length] = (float) -dot(w, centre);
                }
            }
        }
        for (int k = 0; k < mean.length; k++) {
            weights[k][centre.length] += (float) mean[k];
        }
        return weights;
    }

    private static void add(double[] to, double[] x, double times) {
        for (int i = 0; i < to.length; i++) {
            to[i] += times * x[i];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
