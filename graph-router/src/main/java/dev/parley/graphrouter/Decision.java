package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was decided and why.
 *
 * @param plan what to do
 * @param predictions of all candidates that passed the filters, best utility first; empty if the client named the model
 * @param excluded candidates that did not pass, with the reason
 * @param reason one sentence for people
 * @param propensity probability with which the policy chose this plan's first model in this context, (0, 1]
 * @param router who predicted: {@code graph} or another by its id (docs/routers.md); {@code direct} if the client named the model
 * @param tier what told the task of the query
 * @param policy id of the policy, or {@code direct}
 * @param snapshot version of graph and models used
 */
public record Decision(
        Plan plan,
        List<Prediction> predictions,
        Map<ModelId, String> excluded,
        String reason,
        double propensity,
        String router,
        Tier tier,
        String policy,
        String snapshot) {
    public Decision {
        predictions = List.copyOf(predictions);
        excluded = Map.copyOf(excluded);
    }

    /** The first choice. */
    public ModelId selected() {
        return plan.models().getFirst();
    }

    /** What was predicted of a model. */
    public Optional<Prediction> prediction(ModelId model) {
        for (Prediction prediction : predictions) {
            if (prediction.model().equals(model)) {
                return Optional.of(prediction);
            }
        }
        return Optional.empty();
    }

    /** The client named the model: nothing was predicted. */
    public static Decision direct(ModelId model, List<ModelId> fallbacks) {
        return new Decision(
                new Plan.Single(model, fallbacks),
                List.of(),
                Map.of(),
                "named by the client",
                1,
                "direct",
                Tier.NONE,
                "direct",
                "");
    }
}
