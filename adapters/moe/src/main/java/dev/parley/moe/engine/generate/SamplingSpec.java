package dev.parley.moe.engine.generate;

import java.util.Map;

/**
 * How the next token is chosen: bias, then penalties, then temperature, then top-k, top-p and min-p in this order.
 *
 * @param temperature 0 takes the most probable token
 * @param topK tokens kept; 0 keeps all
 * @param topP least probability mass kept, in (0, 1] (Holtzman et al., arXiv:1904.09751)
 * @param minP tokens below this share of the most probable one go (arXiv:2407.01082); 0 keeps all
 * @param bias added to the logits of token ids
 */
public record SamplingSpec(
        double temperature, int topK, double topP, double minP, Penalties penalties, Map<Integer, Float> bias) {
    public static final SamplingSpec GREEDY = new SamplingSpec(0, 0, 1, 0, Penalties.NONE, Map.of());

    public SamplingSpec {
        bias = Map.copyOf(bias);
    }

    /**
     * Against repetition.
     *
     * @param repetition divides positive and multiplies negative logits of tokens in prompt or answer (arXiv:1909.05858); 1 is off
     * @param presence subtracted from logits of tokens in the answer; 0 is off
     * @param frequency the same times their count
     */
    public record Penalties(double repetition, double presence, double frequency) {
        public static final Penalties NONE = new Penalties(1, 0, 0);
    }
}
