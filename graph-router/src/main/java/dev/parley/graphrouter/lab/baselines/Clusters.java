package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.head.Cosines;
import dev.parley.graphrouter.learn.SphericalMeans;
import dev.parley.graphrouter.routers.ClusterMix;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Means by cluster of queries, mixed over the three nearest clusters. */
public final class Clusters implements Contender {
    private static final int CLUSTERS = 64;

    @Override
    public String name() {
        return "k-means 64 (Avengers-like)";
    }

    @Override
    public String source() {
        return "Avengers-Pro (Zhang et al. 2025); means in place of min-max scores, the trade-off left to the policy";
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        SphericalMeans.Clusters clusters =
                new SphericalMeans(train.embeddings()).cluster(CLUSTERS, new SplittableRandom(seed));
        double[][] overall = train.means();
        double[][][] means = new double[clusters.centres().length][][];
        for (int c = 0; c < means.length; c++) {
            int cluster = c;
            means[c] = train.means(q -> clusters.of()[q] == cluster, overall);
        }
        Cosines cosines = Cosines.of(clusters.centres());
        double[][] quality = of(means, 0);
        double[][] cost = of(means, 1);
        return new Guesses(name(), train.models(), (query, features) -> {
            ClusterMix mix = ClusterMix.of(cosines.to(features.embedding()));
            return new double[][] {mix.mean(quality), mix.mean(cost)};
        });
    }

    private static double[][] of(double[][][] means, int figure) {
        return Arrays.stream(means).map(mean -> mean[figure]).toArray(double[][]::new);
    }
}
