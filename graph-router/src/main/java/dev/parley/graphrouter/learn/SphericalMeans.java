package dev.parley.graphrouter.learn;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Spherical k-means: clusters of unit vectors by cosine. Deterministic given its random source. Source: Dhillon and Modha 2001.
 */
public final class SphericalMeans {
    private static final int ROUNDS = 6;

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

    private boolean assign(float[][] centres, int[] of) {
        boolean moved = false;
        for (int p = 0; p < points.length; p++) {
            int best = 0;
            float most = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < centres.length; c++) {
                float dot = Dot.of(points[p], centres[c]);
                if (dot > most) {
                    most = dot;
                    best = c;
                }
            }
            moved |= of[p] != best;
            of[p] = best;
        }
        return moved;
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
