package dev.parley.graphrouter.learn;

import java.util.SplittableRandom;

/**
 * P(a beats b on q) = sigmoid(s_a(q) - s_b(q)) with the score s_m(q) = v_m . (W q): learnt on pairs of answers of unequal score.
 * Only differences of scores mean anything. Immutable once fitted, thread-safe. Source: matrix factorisation of RouteLLM (Ong et al.
 * 2024), for any number of models, its w folded into v.
 */
public final class PairwiseFactors {
    private static final int FACTORS = 64;
    private static final int PAIRS = 8; // a query
    private static final int BATCH = 32;
    private static final double RATE = 3e-3;
    private static final double DECAY = 1e-3;

    private final Adam query;
    private final Adam model;

    private PairwiseFactors(Adam query, Adam model) {
        this.query = query;
        this.model = model;
    }

    /**
     * Deterministic given the seed.
     *
     * @param embeddings [queries][dimension]
     * @param score [queries][models] 0..1, NaN for an answer that is not known
     * @param draws of queries, with repetition
     */
    public static PairwiseFactors fit(float[][] embeddings, double[][] score, int draws, long seed) {
        SplittableRandom random = new SplittableRandom(seed + 5);
        PairwiseFactors fitted = new PairwiseFactors(
                new Adam(FACTORS, embeddings[0].length, 1, random), new Adam(score[0].length, FACTORS, 1, random));
        for (int step = 0; step < draws / BATCH; step++) {
            for (int i = 0; i < BATCH; i++) {
                int q = random.nextInt(embeddings.length);
                fitted.learn(embeddings[q], score[q], random);
            }
            fitted.query.step(RATE, DECAY);
            fitted.model.step(RATE, DECAY);
        }
        return fitted;
    }

    private void learn(float[] embedding, double[] score, SplittableRandom random) {
        float[] factors = factors(embedding);
        float[] back = new float[FACTORS];
        int used = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            int a = random.nextInt(score.length);
            int b = random.nextInt(score.length);
            double lead = score[a] - score[b];
            if (Math.abs(lead) > 1e-6) { // ties and unknown answers teach nothing
                double won = 1 / (1 + Math.exp(model.dot(b, factors) - model.dot(a, factors)));
                float slope = (float) ((won - (lead > 0 ? 1 : 0)) / BATCH);
                model.slope(a, factors, slope, back);
                model.slope(b, factors, -slope, back);
                used++;
            }
        }
        for (int k = 0; k < FACTORS && used > 0; k++) {
            query.slope(k, embedding, back[k], new float[0]);
        }
    }

    private float[] factors(float[] embedding) {
        float[] factors = new float[FACTORS];
        for (int k = 0; k < FACTORS; k++) {
            factors[k] = query.dot(k, embedding);
        }
        return factors;
    }

    /** Chance of each model to beat the reference on a query, [models]; 0.5 for the reference itself. */
    public double[] wins(float[] embedding, int reference) {
        float[] factors = factors(embedding);
        double[] wins = new double[model.rows()];
        double own = model.dot(reference, factors);
        for (int m = 0; m < wins.length; m++) {
            wins[m] = 1 / (1 + Math.exp(own - model.dot(m, factors)));
        }
        return wins;
    }
}
