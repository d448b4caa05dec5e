package dev.parley.graphrouter.routers;

import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Cosines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Each model has prototypes: mean embeddings of queries it is good at. The model of the nearest prototype has quality 1, another one
 * {@code exp(8 x (its nearest cosine - the best))}: an order, no chance of success. Immutable, thread-safe. Source: RouterRetriever
 * (Lee et al. 2025): one prototype for each task and each model that does best on part of it.
 */
final class Prototypes implements ByEmbedding.Opinion {
    private static final double SHARPNESS = 8;
    private static final double TIE = 1e-9;

    private final Cosines cosines;
    private final int[] owners; // [prototypes] model
    private final int models;

    private Prototypes(List<float[]> points, List<Integer> owners, int models) {
        this.cosines = Cosines.of(points.toArray(float[][]::new));
        this.owners = owners.stream().mapToInt(Integer::intValue).toArray();
        this.models = models;
    }

    /** From a graph with outcomes on its anchors. */
    static Prototypes of(RoutingGraph graph) {
        AnchorMeans means = AnchorMeans.of(graph);
        int dimension = graph.anchors().dimension();
        Map<List<Integer>, float[]> sums = new LinkedHashMap<>(); // by task and model
        for (int a = 0; a < graph.anchors().count(); a++) {
            for (int model : best(means, a)) {
                float[] sum = sums.computeIfAbsent(List.of(task(graph, a), model), key -> new float[dimension]);
                add(sum, graph.anchors().embeddings(), a * dimension, means.outcomes(a));
            }
        }
        List<float[]> points = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        sums.forEach((key, sum) -> {
            points.add(unit(sum));
            owners.add(key.getLast());
        });
        return new Prototypes(points, owners, graph.models().size());
    }

    /** The models that do best on an anchor: one, or several that are as good. */
    private static int[] best(AnchorMeans means, int anchor) {
        double[] quality = means.of(anchor);
        double best = IntStream.range(0, quality.length)
                .filter(m -> means.known(anchor, m))
                .mapToDouble(m -> quality[m])
                .max()
                .orElse(0);
        return IntStream.range(0, quality.length)
                .filter(m -> means.known(anchor, m) && quality[m] >= best - TIE)
                .toArray();
    }

    /** @param examples embeddings by model, at least one each */
    static Prototypes ofExamples(List<List<float[]>> examples) {
        List<float[]> points = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        for (List<float[]> embeddings : examples) {
            float[] sum = new float[embeddings.getFirst().length];
            for (float[] embedding : embeddings) {
                add(sum, embedding, 0, 1);
            }
            owners.add(points.size());
            points.add(unit(sum));
        }
        return new Prototypes(points, owners, examples.size());
    }

    private static int task(RoutingGraph graph, int anchor) {
        int tasks = graph.tasks().size();
        float[] membership = graph.anchors().membership();
        int best = 0;
        for (int t = 1; t < tasks; t++) {
            best = membership[anchor * tasks + t] > membership[anchor * tasks + best] ? t : best;
        }
        return best;
    }

    private static void add(float[] sum, float[] points, int at, double weight) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] += (float) weight * points[at + d];
        }
    }

    private static float[] unit(float[] sum) {
        double square = 0;
        for (float s : sum) {
            square += s * s;
        }
        for (int d = 0; d < sum.length; d++) {
            sum[d] /= (float) Math.max(1e-6, Math.sqrt(square));
        }
        return sum;
    }

    @Override
    public ByEmbedding.Said of(float[] embedding) {
        float[] near = cosines.to(embedding);
        double[] quality = new double[models];
        Arrays.fill(quality, -2);
        double best = -1;
        for (int p = 0; p < near.length; p++) {
            quality[owners[p]] = Math.max(quality[owners[p]], near[p]);
            best = Math.max(best, near[p]);
        }
        for (int m = 0; m < models; m++) {
            quality[m] = quality[m] < -1.5 ? 0 : Math.exp(SHARPNESS * (quality[m] - best));
        }
        return new ByEmbedding.Said(quality, "nearness of its prototypes");
    }
}
