package dev.parley.moe.engine.generate;

/**
 * How sure the model was of its answer, by its own distribution; the end token counts too.
 *
 * @param tokens over how many
 * @param mean probability of a chosen token
 * @param min of the least probable chosen token
 */
public record Confidence(int tokens, double mean, double min) {
    static final Confidence NONE = new Confidence(0, 1, 1);

    Confidence and(double probability) {
        return new Confidence(tokens + 1, (mean * tokens + probability) / (tokens + 1), Math.min(min, probability));
    }
}
