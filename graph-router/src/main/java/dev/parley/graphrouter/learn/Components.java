package dev.parley.graphrouter.learn;

import java.util.Arrays;

/** Principal directions of rows, by power iteration with deflation on their covariance. Deterministic. */
final class Components {
    private static final int ROUNDS = 200;

    private Components() {}

    /** At most so many, [components][width], each of length 1; fewer if nothing varies. */
    static double[][] of(double[][] rows, int most) {
        int width = rows[0].length;
        double[] mean = new double[width];
        for (double[] row : rows) {
            for (int i = 0; i < width; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        double[][] covariance = new double[width][width];
        for (double[] row : rows) {
            for (int i = 0; i < width; i++) {
                for (int j = 0; j < width; j++) {
                    covariance[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) / rows.length;
                }
            }
        }
        double[][] found = new double[Math.min(most, width)][];
        for (int k = 0; k < found.length; k++) {
            found[k] = strongest(covariance, k);
            double strength = dot(times(covariance, found[k]), found[k]);
            if (strength < 1e-9) {
                return Arrays.copyOf(found, k);
            }
            for (int i = 0; i < width; i++) {
                for (int j = 0; j < width; j++) {
                    covariance[i][j] -= strength * found[k][i] * found[k][j];
                }
            }
        }
        return found;
    }

    private static double[] strongest(double[][] matrix, int start) {
        double[] v = new double[matrix.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = 1 + 0.1 * Math.sin(1 + i * (start + 1.7)); // any direction that is hardly orthogonal to it
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[] next = times(matrix, v);
            double length = Math.sqrt(dot(next, next));
            if (length < 1e-15) {
                break;
            }
            for (int i = 0; i < v.length; i++) {
                v[i] = next[i] / length;
            }
        }
        double length = Math.sqrt(dot(v, v));
        return Arrays.stream(v).map(x -> x / length).toArray();
    }

    private static double[] times(double[][] matrix, double[] v) {
        return Arrays.stream(matrix).mapToDouble(row -> dot(row, v)).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
