package dev.parley.graphrouter.learn;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Spherical k-means: clusters of unit vectors by cosine. Deterministic given its random source. Source: Dhillon and Modha 2001.
 */
public final class SphericalMeans {
    private static final int ROUNDS = 6;
    private static final int BLOCK = 8; // points at a time, so that a row of centres is read once for all of them

    private static final int TILE = 16;

    private final float[][] points;
    private final int dimension;

    /** @param points unit vectors, [points][dimension] */
    public SphericalMeans(float[][] points) {
        this.points = points;
        this.dimension = points.length == 0 ? 0 : points[0].length;
    }

    /**
     * Clusters of the points.
     *
     * @param of [points] cluster of each point
     * @param centres [clusters][dimension], unit length
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Clusters(int[] of, float[][] centres) {}

    /** At most k clusters; with k or fewer points each is its own. */
    public Clusters cluster(int k, RandomGenerator random) {
        int[] of = new int[points.length];
        if (points.length <= k) {
            Arrays.setAll(of, i -> i);
            return new Clusters(of, Arrays.stream(points).map(float[]::clone).toArray(float[][]::new));
        }
        float[][] centres = seeds(k, random);
        for (int round = 0; round < ROUNDS; round++) {
            if (!assign(centres, of)) {
                break;
            }
            centres = means(centres, of);
        }
        assign(centres, of);
        return dense(of, centres);
    }

    /** Distinct points, drawn at random. */
    private float[][] seeds(int k, RandomGenerator random) {
        int[] order = new int[points.length];
        Arrays.setAll(order, i -> i);
        float[][] seeds = new float[k][];
        for (int i = 0; i < k; i++) {
            int j = i + random.nextInt(order.length - i);
            int drawn = order[j];
            order[j] = order[i];
            order[i] = drawn;
            seeds[i] = points[drawn].clone();
        }
        return seeds;
    }

    /** Points and centres are met in blocks whose inner loop runs over centres, which the JIT turns into vector instructions. */
    private boolean assign(float[][] centres, int[] of) {
        float[][] transposed = transposed(centres);
        float[][] dots = new float[BLOCK][centres.length];
        boolean moved = false;
        for (int from = 0; from < points.length; from += BLOCK) {
            int size = Math.min(BLOCK, points.length - from);
            for (int i = 0; i < size; i++) {
                Arrays.fill(dots[i], 0);
            }
            for (int d = 0; d < dimension; d++) {
                for (int i = 0; i < size; i++) {
                    add(dots[i], points[from + i][d], transposed[d]);
                }
            }
            for (int i = 0; i < size; i++) {
                int best = largest(dots[i]);
                moved |= of[from + i] != best;
                of[from + i] = best;
            }
        }
        return moved;
    }

    private float[][] transposed(float[][] centres) {
        float[][] transposed = new float[dimension][centres.length];
        for (int from = 0; from < centres.length; from += TILE) { // few rows at a time, or each value misses the cache
            int to = Math.min(centres.length, from + TILE);
            for (int d = 0; d < dimension; d++) {
                for (int c = from; c < to; c++) {
                    transposed[d][c] = centres[c][d];
                }
            }
        }
        return transposed;
    }

    private static void add(float[] to, float times, float[] values) {
        for (int c = 0; c < to.length; c++) {
            to[c] += times * values[c];
        }
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }

    private float[][] means(float[][] old, int[] of) {
        float[][] sums = new float[old.length][dimension];
        for (int p = 0; p < points.length; p++) {
            float[] sum = sums[of[p]];
            for (int d = 0; d < dimension; d++) {
                sum[d] += points[p][d];
            }
        }
        for (int c = 0; c < sums.length; c++) {
            float length = (float) Math.sqrt(Dot.of(sums[c], sums[c]));
            if (length < 1e-6f) {
                sums[c] = old[c];
                continue;
            }
            for (int d = 0; d < dimension; d++) {
                sums[c][d] /= length;
            }
        }
        return sums;
    }

    /** Without empty clusters. */
    private static Clusters dense(int[] of, float[][] centres) {
        int[] renamed = new int[centres.length];
        Arrays.fill(renamed, -1);
        int size = 0;
        float[][] kept = new float[centres.length][];
        for (int p = 0; p < of.length; p++) {
            if (renamed[of[p]] < 0) {
                kept[size] = centres[of[p]];
                renamed[of[p]] = size++;
            }
            of[p] = renamed[of[p]];
        }
        return new Clusters(of, Arrays.copyOf(kept, size));
    }
}
