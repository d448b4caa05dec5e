package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;
import java.util.Arrays;

/** The engine's logits after each token of a sequence. */
public final class EngineLogits {
    private EngineLogits() {}

    /** [tokens, vocabulary] */
    public static float[][] all(Model model, Kernels kernels, int[] tokens) {
        Forward forward = new Forward(model, tokens.length);
        KvCache cache = forward.newCache();
        TokenBatch batch = new TokenBatch(tokens.length);
        for (int i = 0; i < tokens.length; i++) {
            batch.add(cache, i, tokens[i]);
            batch.want();
        }
        forward.run(kernels, batch);
        int vocabulary = model.shape().vocabulary();
        float[][] logits = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            logits[i] = Arrays.copyOfRange(forward.logits(), i * vocabulary, (i + 1) * vocabulary);
        }
        return logits;
    }
}
