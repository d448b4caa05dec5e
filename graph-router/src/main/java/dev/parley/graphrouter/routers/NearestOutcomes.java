package dev.parley.graphrouter.routers;

import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Cosines;
import java.util.Arrays;

/**
 * k nearest neighbours: the mean of the outcomes on the nearest anchors, as many anchors as it takes to have k outcomes of a model.
 * Immutable, thread-safe. Source: CARROT's kNN form (Somerstep et al. 2025), over a graph's anchors in place of single queries.
 */
final class NearestOutcomes implements ByEmbedding.Opinion {
    private static final int MOST = 64; // anchors

    private final Cosines cosines;
    private final AnchorMeans means;
    private final double[] outcomes; // [anchors]
    private final int k;

    NearestOutcomes(RoutingGraph graph, int k) {
        this.cosines = Cosines.of(graph.anchors().embeddings(), graph.anchors().dimension());
        this.means = AnchorMeans.of(graph);
        this.outcomes = new double[graph.anchors().count()];
        Arrays.setAll(outcomes, means::outcomes);
        this.k = k;
    }

    @Override
    public ByEmbedding.Said of(float[] embedding) {
        float[] near = cosines.to(embedding);
        int[] chosen = new int[Math.min(MOST, near.length)];
        int size = 0;
        double seen = 0;
        while (size < chosen.length && seen < k) {
            int next = ClusterMix.largest(near);
            near[next] = Float.NEGATIVE_INFINITY;
            seen += outcomes[next];
            chosen[size++] = next;
        }
        return new ByEmbedding.Said(
                means.of(Arrays.copyOf(chosen, size)), "the nearest " + Math.round(seen) + " outcomes");
    }
}
