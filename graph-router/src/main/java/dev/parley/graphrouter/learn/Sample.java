package dev.parley.graphrouter.learn;

import java.util.List;

/**
 * One query with the outcomes of all models that were asked it.
 *
 * @param embedding L2-normalised
 * @param surface features of {@link dev.parley.routermodels.SurfaceFeatures}
 * @param task its task
 * @param outcomes at most one a model
 */
@SuppressWarnings("ArrayRecordComponent")
public record Sample(float[] embedding, float[] surface, String task, List<Outcome> outcomes) {
    public Sample {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * One model's answer.
     *
     * @param model id of the model
     * @param score 0..1
     * @param tokens generated
     * @param seconds until the whole answer
     */
    public record Outcome(String model, double score, double tokens, double seconds) {}
}
