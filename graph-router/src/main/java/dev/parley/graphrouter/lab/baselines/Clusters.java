package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.learn.SphericalMeans;
import java.util.SplittableRandom;

/** Means by cluster of queries, mixed over the three nearest clusters by exp(9 cosine) and rank. */
public final class Clusters implements Contender {
    private static final int CLUSTERS = 64;
    private static final int MIXED = 3;
    private static final double SHARPNESS = 9;

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
        return new Guesses(
                name(), train.models(), (query, features) -> mixed(clusters.centres(), means, features.embedding()));
    }

    private static double[][] mixed(float[][] centres, double[][][] means, float[] query) {
        double[] cosine = new double[centres.length];
        for (int c = 0; c < centres.length; c++) {
            for (int d = 0; d < query.length; d++) {
                cosine[c] += query[d] * centres[c][d];
            }
        }
        double[][] mixed = new double[2][means[0][0].length];
        double all = 0;
        for (int rank = 1; rank <= Math.min(MIXED, centres.length); rank++) {
            int best = 0;
            for (int c = 1; c < cosine.length; c++) {
                best = cosine[c] > cosine[best] ? c : best;
            }
            double weight = Math.exp(SHARPNESS * cosine[best]) / rank;
            cosine[best] = -2;
            all += weight;
            for (int m = 0; m < mixed[0].length; m++) {
                mixed[0][m] += weight * means[best][0][m];
                mixed[1][m] += weight * means[best][1][m];
            }
        }
        for (int m = 0; m < mixed[0].length; m++) {
            mixed[0][m] /= all;
            mixed[1][m] /= all;
        }
        return mixed;
    }
}
