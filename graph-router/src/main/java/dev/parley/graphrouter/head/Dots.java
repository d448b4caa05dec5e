package dev.parley.graphrouter.head;

/**
 * Dot products over columns that lie in arrays of their own: all index by the row alone, which lets the JIT
 * vectorise the loop (it cannot rule out overlap between slices of one array).
 */
final class Dots {
    private Dots() {}

    /** By column what lies row after row, [rows, width] to [width][rows]. */
    static float[][] columns(float[] rows, int width) {
        int count = width == 0 ? 0 : rows.length / width;
        float[][] columns = new float[width][count];
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < width; c++) {
                columns[c][r] = rows[r * width + c];
            }
        }
        return columns;
    }

    /** Adds to each row's sum its dot product with the values. */
    static void add(float[][] columns, float[] values, float[] sums) {
        int c = 0;
        for (; c + 3 < values.length; c += 4) {
            float v0 = values[c];
            float v1 = values[c + 1];
            float v2 = values[c + 2];
            float v3 = values[c + 3];
            float[] c0 = columns[c];
            float[] c1 = columns[c + 1];
            float[] c2 = columns[c + 2];
            float[] c3 = columns[c + 3];
            for (int r = 0; r < sums.length; r++) {
                sums[r] += v0 * c0[r] + v1 * c1[r] + v2 * c2[r] + v3 * c3[r];
            }
        }
        for (; c < values.length; c++) {
            for (int r = 0; r < sums.length; r++) {
                sums[r] += values[c] * columns[c][r];
            }
        }
    }
}
