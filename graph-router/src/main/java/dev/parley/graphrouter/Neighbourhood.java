package dev.parley.graphrouter;

import dev.parley.graphrouter.RoutingGraph.Anchors;
import dev.parley.graphrouter.RoutingGraph.Tuning;
import dev.parley.graphrouter.head.Cosines;

/** The anchors near a query. Immutable, thread-safe. */
final class Neighbourhood {
    private static final float LEAST_WEIGHT = 1e-3f;
    private static final int MOST = 128; // neighbours: further ones would cost time and say little

    private final int count;
    private final Cosines cosines;
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
        this.tuning = tuning;
        this.cosines = Cosines.of(anchors.embeddings(), anchors.dimension());
    }

    Near of(float[] embedding) {
        return count == 0 || embedding.length != cosines.dimension() ? Near.NONE : weighed(cosines.to(embedding));
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
