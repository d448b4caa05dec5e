package dev.parley.graphrouter;

import dev.parley.graphrouter.RoutingGraph.Anchors;
import dev.parley.graphrouter.RoutingGraph.Tuning;

/**
 * The anchors near a query. Embeddings lie dimension by dimension, one array each: all index by the anchor alone, which is what
 * lets the JIT vectorise the loop (it cannot rule out overlap between slices of one array). Immutable, thread-safe.
 */
final class Neighbourhood {
    private static final float LEAST_WEIGHT = 1e-3f;
    private static final int MOST = 128; // neighbours: further ones would cost time and say little

    private final int count;
    private final int dimension;
    private final float[][] columns; // [dimension][anchors]
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
        this.columns = new float[dimension][count];
        for (int a = 0; a < count; a++) {
            for (int d = 0; d < dimension; d++) {
                columns[d][a] = anchors.embeddings()[a * dimension + d];
            }
        }
    }

    Near of(float[] embedding) {
        if (count == 0 || embedding.length != dimension) {
            return Near.NONE;
        }
        float[] cosines = new float[count];
        int d = 0;
        for (; d + 3 < dimension; d += 4) {
            four(embedding, d, cosines);
        }
        for (; d < dimension; d++) {
            for (int a = 0; a < count; a++) {
                cosines[a] += embedding[d] * columns[d][a];
            }
        }
        return weighed(cosines);
    }

    private void four(float[] embedding, int d, float[] cosines) {
        float q0 = embedding[d];
        float q1 = embedding[d + 1];
        float q2 = embedding[d + 2];
        float q3 = embedding[d + 3];
        float[] c0 = columns[d];
        float[] c1 = columns[d + 1];
        float[] c2 = columns[d + 2];
        float[] c3 = columns[d + 3];
        for (int a = 0; a < cosines.length; a++) {
            cosines[a] += q0 * c0[a] + q1 * c1[a] + q2 * c2[a] + q3 * c3[a];
        }
    }

    private Near weighed(float[] cosines) {
        float best = -1;
        for (int a = 0; a < count; a++) {
            best = Math.max(best, cosines[a]);
        }
        float sharpness = (float) tuning.sharpness();
        float reach = (float) -Math.log(LEAST_WEIGHT) / sharpness;
        while (reach > 1e-4f && within(cosines, best - reach) > MOST) {
            reach *= 0.8f;
        }
        int size = 0;
        int[] anchors = new int[MOST];
        float[] weights = new float[MOST];
        for (int a = 0; a < count && size < MOST; a++) {
            if (cosines[a] >= best - reach) {
                anchors[size] = a;
                weights[size++] = (float) Math.exp(sharpness * (cosines[a] - best));
            }
        }
        double trust = (best - tuning.farCosine()) / (tuning.nearCosine() - tuning.farCosine());
        return new Near(size, anchors, weights, Math.clamp(trust, 0.0, 1.0));
    }

    private static int within(float[] cosines, float least) {
        int within = 0;
        for (float cosine : cosines) {
            within += cosine >= least ? 1 : 0;
        }
        return within;
    }
}
