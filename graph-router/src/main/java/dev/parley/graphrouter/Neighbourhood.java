package dev.parley.graphrouter;

import dev.parley.graphrouter.RoutingGraph.Anchors;
import dev.parley.graphrouter.RoutingGraph.Tuning;
import java.util.Arrays;

/**
 * The anchors near a query. Embeddings lie in panels of 64 anchors, dimension by dimension, so that the sums of a panel stay in
 * registers and the loop over it is vectorised by the JIT. Immutable, thread-safe.
 */
final class Neighbourhood {
    private static final int PANEL = 64;
    private static final float LEAST_WEIGHT = 1e-3f;

    private final int count;
    private final int dimension;
    private final float[] panels; // [panel, dimension, PANEL], padded with zeros
    private final Tuning tuning;

    /**
     * @param size number of anchors that count
     * @param anchors [size] their indices
     * @param weights [size] 0..1, 1 for the nearest
     * @param trust 0 for a foreign query .. 1 for one at home
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Near(int size, int[] anchors, float[] weights, double trust) {
        static final Near NONE = new Near(0, new int[0], new float[0], 0);
    }

    Neighbourhood(Anchors anchors, Tuning tuning) {
        this.count = anchors.count();
        this.dimension = anchors.dimension();
        this.tuning = tuning;
        this.panels = new float[(count + PANEL - 1) / PANEL * PANEL * dimension];
        for (int a = 0; a < count; a++) {
            for (int d = 0; d < dimension; d++) {
                panels[(a / PANEL * dimension + d) * PANEL + a % PANEL] = anchors.embeddings()[a * dimension + d];
            }
        }
    }

    Near of(float[] embedding) {
        if (count == 0 || embedding.length != dimension) {
            return Near.NONE;
        }
        float[] cosines = new float[(count + PANEL - 1) / PANEL * PANEL];
        float[] sums = new float[PANEL];
        for (int p = 0; p * PANEL < count; p++) {
            Arrays.fill(sums, 0);
            panel(embedding, p * dimension * PANEL, sums);
            System.arraycopy(sums, 0, cosines, p * PANEL, PANEL);
        }
        return weighed(cosines);
    }

    private void panel(float[] embedding, int offset, float[] sums) {
        float[] all = panels;
        int d = 0;
        for (; d + 3 < dimension; d += 4) {
            float q0 = embedding[d];
            float q1 = embedding[d + 1];
            float q2 = embedding[d + 2];
            float q3 = embedding[d + 3];
            int at = offset + d * PANEL;
            for (int i = 0; i < PANEL; i++) {
                sums[i] += q0 * all[at + i]
                        + q1 * all[at + PANEL + i]
                        + q2 * all[at + 2 * PANEL + i]
                        + q3 * all[at + 3 * PANEL + i];
            }
        }
        for (; d < dimension; d++) {
            for (int i = 0; i < PANEL; i++) {
                sums[i] += embedding[d] * all[offset + d * PANEL + i];
            }
        }
    }

    private Near weighed(float[] cosines) {
        float best = -1;
        for (int a = 0; a < count; a++) {
            best = Math.max(best, cosines[a]);
        }
        float sharpness = (float) tuning.sharpness();
        float least = best + (float) Math.log(LEAST_WEIGHT) / sharpness;
        int size = 0;
        int[] anchors = new int[count];
        float[] weights = new float[count];
        for (int a = 0; a < count; a++) {
            if (cosines[a] > least) {
                anchors[size] = a;
                weights[size++] = (float) Math.exp(sharpness * (cosines[a] - best));
            }
        }
        double trust = (best - tuning.farCosine()) / (tuning.nearCosine() - tuning.farCosine());
        return new Near(size, anchors, weights, Math.clamp(trust, 0.0, 1.0));
    }
}
