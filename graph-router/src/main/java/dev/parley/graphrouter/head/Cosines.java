package dev.parley.graphrouter.head;

/**
 * Cosines between an embedding and many points, all of length 1. The points lie dimension by dimension, one array each ({@link Dots}).
 * Immutable, thread-safe.
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

    private static float[] sums(float[] embedding, float[][] columns) {
        float[] sums = new float[columns[0].length];
        Dots.add(columns, embedding, sums);
        return sums;
    }
}
