package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.learn.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The half of a table that routers are trained on. Arrays must not be changed; NaN stands for an answer that is not known.
 *
 * @param models names, [models]
 * @param texts of the queries
 * @param tasks of the queries
 * @param embeddings [queries][dimension], unit length
 * @param score [queries][models] 0..1
 * @param cost [queries][models] USD
 * @param seconds [queries][models] until the whole answer
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingSet(
        List<String> models,
        List<String> texts,
        List<String> tasks,
        float[][] embeddings,
        double[][] score,
        double[][] cost,
        double[][] seconds) {
    /** Costs ride in the place of output tokens: so many tokens are a dollar. */
    public static final double TOKENS_PER_USD = 1e6;

    private static final double SHRINKAGE = 4; // answers that the mean over all queries is worth

    int size() {
        return texts.size();
    }

    /** Mean score and cost by model over all queries, [2][models]; 0.5 and 0 where nothing is known. */
    public double[][] means() {
        double[][] none = {new double[models.size()], new double[models.size()]};
        Arrays.fill(none[0], 0.5);
        return means(q -> true, none, 1e-9);
    }

    /** Means over the queries of a kind, shrunk to those over all, [2][models]. */
    double[][] means(IntPredicate kind, double[][] overall) {
        return means(kind, overall, SHRINKAGE);
    }

    private double[][] means(IntPredicate kind, double[][] prior, double worth) {
        int[] own = IntStream.range(0, size()).filter(kind).toArray();
        double[] weights = new double[own.length];
        Arrays.fill(weights, 1);
        return means(own, weights, prior, worth);
    }

    /** Weighted means over some queries, shrunk to a prior that is worth so many answers; [2][models]. */
    double[][] means(int[] queries, double[] weights, double[][] prior, double worth) {
        double[][] sums = {new double[models.size()], new double[models.size()]};
        for (int m = 0; m < models.size(); m++) {
            double n = worth;
            sums[0][m] = worth * prior[0][m];
            sums[1][m] = worth * prior[1][m];
            for (int i = 0; i < queries.length; i++) {
                double s = score[queries[i]][m];
                double c = cost[queries[i]][m];
                if (!Double.isNaN(s) && !Double.isNaN(c)) {
                    n += weights[i];
                    sums[0][m] += weights[i] * s;
                    sums[1][m] += weights[i] * c;
                }
            }
            sums[0][m] /= n;
            sums[1][m] /= n;
        }
        return sums;
    }

    /** As the product's own training takes them. */
    public List<Sample> samples() {
        List<Sample> samples = new ArrayList<>(size());
        for (int q = 0; q < size(); q++) {
            List<Sample.Outcome> outcomes = new ArrayList<>();
            for (int m = 0; m < models.size(); m++) {
                if (!Double.isNaN(score[q][m]) && !Double.isNaN(cost[q][m])) {
                    double took = Double.isNaN(seconds[q][m]) ? 1 : seconds[q][m];
                    outcomes.add(new Sample.Outcome(models.get(m), score[q][m], cost[q][m] * TOKENS_PER_USD, took));
                }
            }
            samples.add(new Sample(texts.get(q), embeddings[q], tasks.get(q), outcomes));
        }
        return samples;
    }
}
