package dev.parley.moe.engine.gate;

/**
 * How a model's gates were trained to choose.
 *
 * @param sigmoid an expert's affinity is its score's sigmoid, by itself (DeepSeek-V3, arXiv:2412.19437), and not a share of the softmax over all
 * @param ofChosen the chosen experts' weights are divided by their sum (Mixtral, arXiv:2401.04088), and not left as they are (OLMoE)
 * @param groups that the experts lie in, one after the other; 1 for no groups
 * @param groupsUsed groups of which a token's experts may be: those whose two best experts are the best (DeepSeek-V3)
 */
public record Gating(boolean sigmoid, boolean ofChosen, int groups, int groupsUsed) {
    /** Softmax over all experts, without groups. */
    public static Gating softmax(boolean ofChosen) {
        return new Gating(false, ofChosen, 1, 1);
    }
}
