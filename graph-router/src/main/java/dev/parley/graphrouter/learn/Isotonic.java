package dev.parley.graphrouter.learn;

import dev.parley.graphrouter.calibrate.Curve;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Isotonic regression of what happened on what was predicted: bins of equal count, each shrunk to the prediction itself, pooled where
 * they fall (pool adjacent violators: Ayer et al. 1955). Few pairs are one bin, which shifts all predictions alike: isotonic regression
 * needs some thousand (Niculescu-Mizil and Caruana 2005). Pairs are added one by one. Not thread-safe.
 */
final class Isotonic {
    private static final int BINS = 12;
    private static final int FEWEST_IN_BIN = 1000; // fewer make the comparison of models noisier than it was
    private static final double WORTH = 25; // pairs that the prediction's own word is worth in a bin

    private static final double CLEARLY = 2; // standard errors

    private double[] predicted = new double[64];
    private double[] happened = new double[64];
    private int size;

    void add(double chance, double score) {
        if (size == predicted.length) {
            predicted = Arrays.copyOf(predicted, 2 * size);
            happened = Arrays.copyOf(happened, 2 * size);
        }
        predicted[size] = chance;
        happened[size++] = score;
    }

    int size() {
        return size;
    }

    /** The fit, if what one half teaches makes the squared error on the other half clearly less; else the identity. */
    Curve curve() {
        double gain = 0;
        double squares = 0;
        for (int half = 0; half < 2; half++) {
            Curve learnt = fit(half);
            for (int i = half; i < size; i += 2) {
                double less = square(predicted[i] - happened[i]) - square(learnt.at(predicted[i]) - happened[i]);
                gain += less;
                squares += less * less;
            }
        }
        return gain > CLEARLY * Math.sqrt(squares) ? fit(-1) : Curve.SAME;
    }

    private static double square(double x) {
        return x * x;
    }

    /** Without every second pair, from that one on; with all for -1. */
    private Curve fit(int without) {
        int[] order = IntStream.range(0, size)
                .filter(i -> i % 2 != without)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> predicted[i]))
                .mapToInt(i -> i)
                .toArray();
        int bins = Math.max(1, Math.min(BINS, order.length / FEWEST_IN_BIN));
        double[] x = new double[bins];
        double[] y = new double[bins];
        double[] n = new double[bins];
        for (int rank = 0; rank < order.length; rank++) {
            int bin = (int) ((long) rank * bins / order.length);
            x[bin] += predicted[order[rank]];
            y[bin] += happened[order[rank]];
            n[bin]++;
        }
        for (int b = 0; b < bins; b++) {
            x[b] /= Math.max(1, n[b]);
            y[b] = (y[b] + WORTH * x[b]) / (n[b] + WORTH);
        }
        return corners(x, pooled(y, n));
    }

    /** The nearest values that do not fall, in least squares with those weights. */
    static double[] pooled(double[] y, double[] weights) {
        double[] level = new double[y.length];
        double[] mass = new double[y.length];
        int[] until = new int[y.length]; // end of each block, exclusive
        int blocks = 0;
        for (int i = 0; i < y.length; i++) {
            level[blocks] = y[i];
            mass[blocks] = weights[i];
            until[blocks++] = i + 1;
            while (blocks > 1 && level[blocks - 2] > level[blocks - 1]) {
                double both = mass[blocks - 2] + mass[blocks - 1];
                level[blocks - 2] =
                        (level[blocks - 2] * mass[blocks - 2] + level[blocks - 1] * mass[blocks - 1]) / both;
                mass[blocks - 2] = both;
                until[blocks - 2] = until[blocks - 1];
                blocks--;
            }
        }
        double[] fitted = new double[y.length];
        int from = 0;
        for (int b = 0; b < blocks; b++) {
            Arrays.fill(fitted, from, until[b], level[b]);
            from = until[b];
        }
        return fitted;
    }

    /** Bins that lie on one another, as predictions that are all alike do, are one corner. */
    private static Curve corners(double[] x, double[] y) {
        float[] from = new float[x.length];
        float[] to = new float[x.length];
        int size = 0;
        for (int b = 0; b < x.length; b++) {
            float at = (float) Math.clamp(x[b], 0.0, 1.0);
            if (size == 0 || at > from[size - 1] + 1e-3f) {
                from[size] = at;
                to[size++] = (float) Math.clamp(y[b], 0.0, 1.0);
            }
        }
        return new Curve(Arrays.copyOf(from, size), Arrays.copyOf(to, size));
    }
}
