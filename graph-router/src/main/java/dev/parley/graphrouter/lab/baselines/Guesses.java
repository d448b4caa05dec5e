package dev.parley.graphrouter.lab.baselines;

import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.Tier;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/**
 * A router that thinks in arrays over the models of its table.
 *
 * @param models names in the arrays' order
 * @param guess quality and cost in USD by model, [2][models]
 */
record Guesses(String name, List<String> models, BiFunction<Query, QueryFeatures, double[][]> guess) implements Router {
    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        double[][] guesses = guess.apply(query, features);
        return new Forecast(
                name,
                Tier.SEMANTIC,
                candidates.stream()
                        .map(candidate -> prediction(
                                candidate,
                                guesses,
                                models.indexOf(candidate.id().value())))
                        .toList());
    }

    private static Prediction prediction(ModelSpec candidate, double[][] guesses, int model) {
        return new Prediction(
                candidate.id(),
                guesses[0][model],
                0,
                guesses[1][model] * TrainingSet.TOKENS_PER_USD,
                OptionalLong.empty(),
                Duration.ZERO,
                "");
    }
}
