package dev.parley.moe.engine.remix;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What gates did for tokens of answers that were right: the mass they gave their experts, in the critical layers. Two are equal only if
 * they are the same. Immutable, thread-safe.
 */
public final class GateReferences {
    private final Map<Integer, float[]> masses = new HashMap<>(); // by layer, each [count, experts]

    /**
     * @param rows by layer, [count][experts], each summing to 1; at least one a layer
     */
    public GateReferences(Map<Integer, float[][]> rows) {
        rows.forEach((layer, some) -> {
            int experts = some[0].length;
            float[] flat = new float[some.length * experts];
            for (int i = 0; i < some.length; i++) {
                System.arraycopy(some[i], 0, flat, i * experts, experts);
            }
            masses.put(layer, flat);
        });
    }

    /** The critical layers. */
    public Set<Integer> layers() {
        return Set.copyOf(masses.keySet());
    }

    /** How many there are of a layer; 0 for one that is not critical. */
    public int count(int layer, int experts) {
        float[] flat = masses.get(layer);
        return flat == null ? 0 : flat.length / experts;
    }

    /**
     * Writes the mean of the nearest references into {@code mean} [experts], weighted by a Gaussian kernel as wide as they are far away,
     * and gives whether the layer is critical; else nothing is written.
     *
     * @param mass [experts], to which they shall be near
     */
    boolean nearest(int layer, float[] mass, int neighbours, float[] mean) {
        float[] flat = masses.get(layer);
        if (flat == null) {
            return false;
        }
        int experts = mass.length;
        int k = Math.min(neighbours, flat.length / experts);
        float[] distances = new float[k]; // squared, ascending
        int[] rows = new int[k];
        Arrays.fill(distances, Float.POSITIVE_INFINITY);
        for (int at = 0; at < flat.length; at += experts) {
            float distance = distance(flat, at, mass);
            int i = k - 1;
            if (distance < distances[i]) {
                for (; i > 0 && distances[i - 1] > distance; i--) {
                    distances[i] = distances[i - 1];
                    rows[i] = rows[i - 1];
                }
                distances[i] = distance;
                rows[i] = at;
            }
        }
        average(flat, rows, distances, mean);
        return true;
    }

    private static float distance(float[] flat, int at, float[] mass) {
        float sum = 0;
        for (int e = 0; e < mass.length; e++) {
            float difference = flat[at + e] - mass[e];
            sum += difference * difference;
        }
        return sum;
    }

    private static void average(float[] flat, int[] rows, float[] distances, float[] mean) {
        float wide = 0;
        for (float distance : distances) {
            wide += distance / distances.length;
        }
        Arrays.fill(mean, 0);
        float all = 0;
        for (int i = 0; i < rows.length; i++) {
            float kernel = wide == 0 ? 1 : (float) Math.exp(-distances[i] / (2 * wide));
            all += kernel;
            for (int e = 0; e < mean.length; e++) {
                mean[e] += kernel * flat[rows[i] + e];
            }
        }
        for (int e = 0; e < mean.length; e++) {
            mean[e] /= all;
        }
    }
}
