package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.learn.PairwiseFactors;

/** Matrix factorisation over single queries. Its word on a model is the chance to beat the strongest, so only differences mean anything. */
public final class MatrixFactors implements Contender {
    private static final int EPOCHS = 8;

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
        PairwiseFactors factors = PairwiseFactors.fit(train.embeddings(), train.score(), EPOCHS * train.size(), seed);
        double[][] means = train.means();
        int strongest = 0;
        for (int m = 1; m < means[0].length; m++) {
            strongest = means[0][m] > means[0][strongest] ? m : strongest;
        }
        int reference = strongest;
        return new Guesses(name(), train.models(), (q, features) ->
                new double[][] {factors.wins(features.embedding(), reference), means[1]});
    }
}
