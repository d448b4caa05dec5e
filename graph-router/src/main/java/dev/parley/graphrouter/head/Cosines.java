package dev.parley.graphrouter.head;

/**
 * Cosines between an embedding and many points, all of length 1. The points lie dimension by dimension, one array each: all index by
 * the point alone, which is what lets the JIT vectorise the loop (it cannot rule out overlap between slices of one array). Immutable,
 * thread-safe.
 */
public final class Cosines {
    private static final int BLOCK = 2048; // points whose sums stay in the first-level cache

    private final int count;
    private final int dimension;
    private final float[][][] blocks; // [block][dimension][points of the block]

    private Cosines(int count, int dimension) {
        this.count = count;
        this.dimension = dimension;
        this.blocks = new float[(count + BLOCK - 1) / BLOCK][][];
        for (int b = 0; b < blocks.length; b++) {
            blocks[b] = new float[dimension][Math.min(BLOCK, count - b * BLOCK)];
        }
    }

    /** @param points [points][dimension]; at least one */
    public static Cosines of(float[][] points) {
        Cosines cosines = new Cosines(points.length, points[0].length);
        for (int p = 0; p < points.length; p++) {
            cosines.put(p, points[p], 0);
        }
        return cosines;
    }

    /** @param points [points x dimension], one after the other */
    public static Cosines of(float[] points, int dimension) {
        Cosines cosines = new Cosines(dimension == 0 ? 0 : points.length / dimension, dimension);
        for (int p = 0; p < cosines.count; p++) {
            cosines.put(p, points, p * dimension);
        }
        return cosines;
    }

    private void put(int point, float[] from, int at) {
        float[][] columns = blocks[point / BLOCK];
        for (int d = 0; d < dimension; d++) {
            columns[d][point % BLOCK] = from[at + d];
        }
    }

    public int dimension() {
        return dimension;
    }

    /**
     * [points]
     *
     * @param embedding [dimension]
     */
    public float[] to(float[] embedding) {
        if (blocks.length == 1) {
            return sums(embedding, blocks[0]);
        }
        float[] cosines = new float[count];
        for (int b = 0; b < blocks.length; b++) {
            float[] sums = sums(embedding, blocks[b]);
            System.arraycopy(sums, 0, cosines, b * BLOCK, sums.length);
        }
        return cosines;
    }

    private float[] sums(float[] embedding, float[][] columns) {
        float[] sums = new float[columns[0].length];
        int d = 0;
        for (; d + 3 < dimension; d += 4) {
            four(embedding, columns, d, sums);
        }
        for (; d < dimension; d++) {
            for (int p = 0; p < sums.length; p++) {
                sums[p] += embedding[d] * columns[d][p];
            }
        }
        return sums;
    }

    private static void four(float[] embedding, float[][] columns, int d, float[] sums) {
        float q0 = embedding[d];
        float q1 = embedding[d + 1];
        float q2 = embedding[d + 2];
        float q3 = embedding[d + 3];
        float[] c0 = columns[d];
        float[] c1 = columns[d + 1];
        float[] c2 = columns[d + 2];
        float[] c3 = columns[d + 3];
        for (int p = 0; p < sums.length; p++) {
            sums[p] += q0 * c0[p] + q1 * c1[p] + q2 * c2[p] + q3 * c3[p];
        }
    }
}
