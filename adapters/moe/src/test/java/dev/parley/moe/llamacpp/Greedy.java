package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.model.Model;
import java.io.IOException;
import java.util.Arrays;

/** The most probable answer, token by token, computed anew each time. */
final class Greedy {
    private static final int MOST = 24;

    private Greedy() {}

    /** Gives the logits after each of the tokens. */
    interface Logits {
        float[][] of(int[] tokens) throws IOException;
    }

    /** The prompt and its answer. */
    static int[] tokens(int[] prompt, Model model, Logits logits) throws IOException {
        int[] tokens = prompt;
        while (tokens.length < prompt.length + MOST) {
            float[] last = logits.of(tokens)[tokens.length - 1];
            int best = 0;
            for (int i = 1; i < last.length; i++) {
                best = last[i] > last[best] ? i : best;
            }
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = best;
            if (model.tokenizer().ends(best)) {
                break;
            }
        }
        return tokens;
    }
}
