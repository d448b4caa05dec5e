package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.gate.GateRule;
import java.util.Optional;

/**
 * How one answer's experts are chosen.
 *
 * @param contrast with a weaker choice of experts, if wished
 * @param named whether {@link ChosenExperts#chosen} is to be filled, which costs memory by the token
 */
public record ExpertSpec(GateRule rule, Optional<Contrast> contrast, boolean named) {
    public static final ExpertSpec USUAL = new ExpertSpec(GateRule.USUAL, Optional.empty(), false);

    /**
     * Self-contrast (SCMoE, arXiv:2405.14507): among the tokens that the strong choice of experts finds plausible,
     * {@code (1 + beta) strong - beta weak} logits. The weak choice is computed beside the strong one, with its own keys and values:
     * twice the work.
     *
     * @param weak gates of the other pass
     * @param alpha tokens below this share of the most probable one's probability are not plausible, in (0, 1]
     * @param beta strength of the contrast
     */
    public record Contrast(GateRule weak, double alpha, double beta) {
        /** Writes the contrasted logits [n] into {@code out}; implausible tokens get a logit too low to be chosen. */
        void apply(float[] logits, int strong, int other, float[] out) {
            float most = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < out.length; i++) {
                most = Math.max(most, logits[strong + i]);
            }
            double least = most + Math.log(alpha);
            for (int i = 0; i < out.length; i++) {
                double contrasted = (1 + beta) * logits[strong + i] - beta * logits[other + i];
                out[i] = logits[strong + i] < least ? IMPLAUSIBLE : (float) contrasted;
            }
        }

        private static final float IMPLAUSIBLE = -1e9f;
    }
}
