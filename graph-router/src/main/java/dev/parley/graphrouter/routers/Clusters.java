package dev.parley.graphrouter.routers;

import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Cosines;

/**
 * k-means: means by cluster, the graph's anchors being the clusters, mixed as {@link ClusterMix} tells. Immutable, thread-safe. Source:
 * Avengers-Pro (Zhang et al. 2025), with shrunk means in place of min-max scores and the trade-off left to the policy.
 */
final class Clusters implements ByEmbedding.Opinion {
    private final Cosines cosines;
    private final double[][] means; // [anchors][models]

    Clusters(RoutingGraph graph) {
        this.cosines = Cosines.of(graph.anchors().embeddings(), graph.anchors().dimension());
        AnchorMeans all = AnchorMeans.of(graph);
        this.means = new double[graph.anchors().count()][];
        for (int a = 0; a < means.length; a++) {
            means[a] = all.of(a);
        }
    }

    @Override
    public ByEmbedding.Said of(float[] embedding) {
        return new ByEmbedding.Said(ClusterMix.of(cosines.to(embedding)).mean(means), "the nearest clusters");
    }
}
