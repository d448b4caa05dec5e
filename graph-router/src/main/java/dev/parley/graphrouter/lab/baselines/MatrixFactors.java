package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import java.util.SplittableRandom;

/**
 * P(a beats b on q) = sigmoid(s_a(q) - s_b(q)) with s_m(q) = w . (v_m * W q): trained on pairs of answers of unequal score. Its
 * word on a model is the chance to beat the strongest, so only differences mean anything.
 */
public final class MatrixFactors implements Contender {
    private static final int FACTORS = 64;
    private static final int EPOCHS = 8;
    private static final int PAIRS = 8; // a query
    private static final int BATCH = 32;
    private static final double RATE = 3e-3;
    private static final double DECAY = 1e-3;

    @Override
    public String name() {
        return "MF (RouteLLM)";
    }

    @Override
    public String source() {
        return "matrix factorisation of RouteLLM (Ong et al. 2024), for any number of models; MiniLM embedding";
    }

    @Override
    public boolean probable() {
        return false;
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        SplittableRandom random = new SplittableRandom(seed + 5);
        Adam query = new Adam(FACTORS, train.embeddings()[0].length, 1, random);
        Adam model = new Adam(train.models().size(), FACTORS, 1, random);
        for (int step = 0; step < EPOCHS * train.size() / BATCH; step++) {
            for (int i = 0; i < BATCH; i++) {
                learn(train, random.nextInt(train.size()), query, model, random);
            }
            query.step(RATE, DECAY);
            model.step(RATE, DECAY);
        }
        double[][] means = train.means();
        int strongest = 0;
        for (int m = 1; m < means[0].length; m++) {
            strongest = means[0][m] > means[0][strongest] ? m : strongest;
        }
        int reference = strongest;
        return new Guesses(name(), train.models(), (q, features) ->
                new double[][] {wins(factors(query, features.embedding()), model, reference), means[1]});
    }

    private static float[] factors(Adam query, float[] embedding) {
        float[] factors = new float[FACTORS];
        for (int k = 0; k < FACTORS; k++) {
            factors[k] = query.dot(k, embedding);
        }
        return factors;
    }

    private static double[] wins(float[] factors, Adam model, int reference) {
        double[] wins = new double[model.rows()];
        for (int m = 0; m < wins.length; m++) {
            wins[m] = 1 / (1 + Math.exp(model.dot(reference, factors) - model.dot(m, factors)));
        }
        return wins;
    }

    private static void learn(TrainingSet train, int q, Adam query, Adam model, SplittableRandom random) {
        float[] factors = factors(query, train.embeddings()[q]);
        float[] back = new float[FACTORS];
        int used = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            int a = random.nextInt(model.rows());
            int b = random.nextInt(model.rows());
            double lead = train.score()[q][a] - train.score()[q][b];
            if (Math.abs(lead) > 1e-6) { // ties and unknown answers teach nothing
                double won = 1 / (1 + Math.exp(model.dot(b, factors) - model.dot(a, factors)));
                float slope = (float) ((won - (lead > 0 ? 1 : 0)) / BATCH);
                model.slope(a, factors, slope, back);
                model.slope(b, factors, -slope, back);
                used++;
            }
        }
        for (int k = 0; k < FACTORS && used > 0; k++) {
            query.slope(k, train.embeddings()[q], back[k], new float[0]);
        }
    }
}
