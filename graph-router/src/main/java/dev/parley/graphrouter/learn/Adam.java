package dev.parley.graphrouter.learn;

import java.util.SplittableRandom;

/** A matrix that learns: rows with a bias last, sums of slopes, and Adam's moments. Not thread-safe. Source: Kingma and Ba 2015, decoupled decay. */
public final class Adam {
    private static final double FIRST = 0.9;
    private static final double SECOND = 0.999;

    private final float[][] weights;
    private final float[][] slopes;
    private final float[][] mean;
    private final float[][] square;
    private float[][] kept;
    private int steps;

    /** @param scale of the random start, over the root of the width; 0 for zeros */
    public Adam(int rows, int width, double scale, SplittableRandom random) {
        weights = new float[rows][width];
        slopes = new float[rows][width];
        mean = new float[rows][width];
        square = new float[rows][width];
        for (float[] row : weights) {
            for (int i = 0; i < width - 1; i++) {
                row[i] = (float) (scale / Math.sqrt(width) * random.nextGaussian());
            }
        }
        kept = weights;
    }

    public int rows() {
        return weights.length;
    }

    public float[] row(int row) {
        return weights[row];
    }

    /** Weights of a row times inputs, plus its bias if the row is one longer. */
    public float dot(int row, float[] x) {
        float[] w = weights[row];
        return Dot.of(w, x) + (w.length > x.length ? w[x.length] : 0);
    }

    /** Adds the slope of a row's output; and its share for the inputs to {@code back}, unless that is empty. */
    public void slope(int row, float[] x, float slope, float[] back) {
        float[] g = slopes[row];
        for (int i = 0; i < x.length; i++) {
            g[i] += slope * x[i];
        }
        if (g.length > x.length) {
            g[x.length] += slope;
        }
        float[] w = weights[row];
        for (int i = 0; i < back.length; i++) {
            back[i] += slope * w[i];
        }
    }

    /** One step down the summed slopes, which are then none. */
    public void step(double rate, double decay) {
        steps++;
        float size = (float) (rate * Math.sqrt(1 - Math.pow(SECOND, steps)) / (1 - Math.pow(FIRST, steps)));
        float kept = (float) (1 - rate * decay);
        for (int r = 0; r < weights.length; r++) {
            float[] w = weights[r];
            float[] g = slopes[r];
            float[] m = mean[r];
            float[] v = square[r];
            for (int i = 0; i < w.length; i++) {
                m[i] += (float) (1 - FIRST) * (g[i] - m[i]);
                v[i] += (float) (1 - SECOND) * (g[i] * g[i] - v[i]);
                w[i] = w[i] * kept - size * m[i] / ((float) Math.sqrt(v[i]) + 1e-8f);
                g[i] = 0;
            }
        }
    }

    /** Remembers the weights as they are. */
    public void keep() {
        kept = new float[weights.length][];
        for (int r = 0; r < weights.length; r++) {
            kept[r] = weights[r].clone();
        }
    }

    /** Back to what was remembered last. */
    public void recall() {
        for (int r = 0; r < weights.length; r++) {
            System.arraycopy(kept[r], 0, weights[r], 0, weights[r].length);
        }
    }
}
