package dev.parley.moe.engine.generate;

import java.util.List;

/**
 * The experts that made one answer, each generated token counted once, the end token too. For a dense model all is empty or 0.
 *
 * @param tokens over how many
 * @param perToken experts per token and layer, mean
 * @param entropy of the gates' distribution by layer, mean, in nats
 * @param chosen [token][layer][...], heaviest first; empty unless asked for
 */
public record ChosenExperts(int tokens, double perToken, List<Double> entropy, List<List<List<Integer>>> chosen) {
    public ChosenExperts {
        entropy = List.copyOf(entropy);
        chosen = List.copyOf(chosen);
    }
}
