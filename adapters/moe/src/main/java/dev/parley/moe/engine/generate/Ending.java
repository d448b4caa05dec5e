package dev.parley.moe.engine.generate;

/**
 * How an answer ended.
 *
 * @param stop the stop sequence hit, or empty
 * @param tokens generated, those of a stop sequence included, the end token not
 * @param reused tokens of the prompt whose keys and values were there already
 * @param experts that made it; of a contrast those of the strong side
 */
public record Ending(Reason reason, String stop, int tokens, int reused, Confidence confidence, ChosenExperts experts) {
    /** Why. */
    public enum Reason {
        /** The model ended its answer. */
        END,
        STOP_SEQUENCE,
        /** The asked number of tokens, or the context's end. */
        LENGTH
    }
}
