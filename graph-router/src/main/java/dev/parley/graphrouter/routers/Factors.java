package dev.parley.graphrouter.routers;

import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.learn.PairwiseFactors;
import java.util.Arrays;

/**
 * Matrix factorisation, fitted on the means of a graph's anchors when it is made (about a second). A model's quality is its chance to
 * beat the one that is best over all, so that only differences mean anything: by a threshold policy of lead {@code win_rate} it is
 * RouteLLM's router. Immutable, thread-safe. Source: {@link PairwiseFactors}.
 */
final class Factors implements ByEmbedding.Opinion {
    private static final int DRAWS = 24_000;
    private static final long SEED = 1;

    private final PairwiseFactors factors;
    private final int reference;

    Factors(RoutingGraph graph) {
        AnchorMeans means = AnchorMeans.of(graph);
        int dimension = graph.anchors().dimension();
        float[][] points = new float[graph.anchors().count()][];
        double[][] score = new double[points.length][];
        for (int a = 0; a < points.length; a++) {
            int anchor = a;
            points[a] = Arrays.copyOfRange(graph.anchors().embeddings(), a * dimension, (a + 1) * dimension);
            score[a] = means.of(a);
            Arrays.setAll(score[a], m -> means.known(anchor, m) ? score[anchor][m] : Double.NaN);
        }
        factors = PairwiseFactors.fit(points, score, DRAWS, SEED);
        int best = 0;
        for (int m = 1; m < means.overall().length; m++) {
            best = means.overall()[m] > means.overall()[best] ? m : best;
        }
        reference = best;
    }

    @Override
    public ByEmbedding.Said of(float[] embedding) {
        return new ByEmbedding.Said(factors.wins(embedding, reference), "chance to beat the best model over all");
    }
}
