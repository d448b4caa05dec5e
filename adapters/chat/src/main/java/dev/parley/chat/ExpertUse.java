package dev.parley.chat;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The experts that made one answer, and how sure the model was of it.
 *
 * @param perToken experts per generated token and layer, mean; empty if unknown or there are none
 * @param entropy of the gates' distribution by layer, mean, in nats; empty if unknown
 * @param meanProbability of a chosen token by the model's own distribution; empty if unknown
 * @param leastProbability of the least probable chosen token; empty if unknown
 * @param routed array [token][layer][experts, heaviest first] as JSON; empty array unless asked for
 * @param shown whether the client asked to see this
 */
public record ExpertUse(
        OptionalDouble perToken,
        List<Double> entropy,
        OptionalDouble meanProbability,
        OptionalDouble leastProbability,
        RawJson routed,
        boolean shown) {
    public static final RawJson UNTOLD = new RawJson("[]");

    public ExpertUse {
        entropy = List.copyOf(entropy);
    }
}
