package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;

/** Linear regression of score and cost on the embedding. */
public final class Ridge implements Contender {
    private static final double PENALTY = 3;

    @Override
    public String name() {
        return "ridge";
    }

    @Override
    public String source() {
        return "ridge regression on the embedding, penalty 3 (Hoerl and Kennard 1970)";
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        LeastSquares quality = new LeastSquares(train.embeddings(), train.score(), PENALTY);
        LeastSquares cost = costs(train);
        return new Guesses(name(), train.models(), (query, features) ->
                new double[][] {quality.at(features.embedding()), cost.at(features.embedding())});
    }

    /** Values by input. */
    public interface Fit {
        /** [targets] */
        double[] at(float[] input);
    }

    /** Of other targets than a table's, [inputs][targets]. */
    public static Fit fit(float[][] inputs, double[][] targets) {
        return new LeastSquares(inputs, targets, PENALTY)::at;
    }

    static LeastSquares costs(TrainingSet train) {
        return new LeastSquares(train.embeddings(), train.cost(), PENALTY);
    }
}
