package dev.parley.graphrouter.learn;

import java.util.List;
import java.util.function.Predicate;

/**
 * One query with the outcomes of all models that were asked it.
 *
 * @param text of the query; it does not enter the graph
 * @param embedding L2-normalised
 * @param task its task
 * @param outcomes at most one a model
 */
@SuppressWarnings("ArrayRecordComponent")
public record Sample(String text, float[] embedding, String task, List<Outcome> outcomes) {
    public Sample {
        outcomes = List.copyOf(outcomes);
    }

    /** The same with the answers of some models alone. */
    Sample answered(Predicate<String> models) {
        return new Sample(
                text,
                embedding,
                task,
                outcomes.stream()
                        .filter(outcome -> models.test(outcome.model()))
                        .toList());
    }

    /**
     * One model's answer.
     *
     * @param model id of the model
     * @param score 0..1
     * @param tokens generated
     * @param seconds until the whole answer
     * @param doubt 1 less the smallest probability of its tokens; NaN if not told
     */
    public record Outcome(String model, double score, double tokens, double seconds, double doubt) {
        /** Whose tokens' probabilities nobody told. */
        public Outcome(String model, double score, double tokens, double seconds) {
            this(model, score, tokens, seconds, Double.NaN);
        }
    }
}
