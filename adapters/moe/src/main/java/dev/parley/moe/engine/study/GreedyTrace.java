package dev.parley.moe.engine.study;

import dev.parley.moe.engine.gate.GateListener;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's most probable answer to a question, and the mass its gates gave while it was made.
 *
 * @param masses [layer][token][experts] of prompt and answer
 * @param prompt tokens of the prompt; the last of them is the first whose experts decide on the answer
 */
public record GreedyTrace(String answer, List<List<float[]>> masses, int prompt) {
    private static final int PIECE = 64;

    /**
     * Computes on the calling thread.
     *
     * @param most tokens of the answer
     */
    public static GreedyTrace of(Model model, Kernels kernels, List<ChatMessage> messages, int most) {
        List<List<float[]>> masses = new ArrayList<>();
        for (int n = 0; n < model.shape().layers(); n++) {
            masses.add(new ArrayList<>());
        }
        GateListener listener =
                (layer, mass, picked, count) -> masses.get(layer).add(mass.clone());
        int[] prompt = model.template().render(messages);
        Forward forward = new Forward(model, PIECE);
        KvCache cache = forward.newCache();
        int row = 0;
        for (int from = 0; from < prompt.length; from += PIECE) {
            TokenBatch batch = new TokenBatch(PIECE);
            for (int i = from; i < Math.min(prompt.length, from + PIECE); i++) {
                batch.add(cache, i - from, prompt[i]);
                row = batch.want(listener); // else the last layer would not compute it
            }
            forward.run(kernels, batch);
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        for (int i = 0; i < most; i++) {
            int token = likeliest(forward.logits(), row, model.shape().vocabulary());
            if (model.tokenizer().ends(token)) {
                break;
            }
            answer.writeBytes(model.tokenizer().bytes(token));
            TokenBatch batch = new TokenBatch(1);
            batch.add(cache, 0, token);
            row = batch.want(listener);
            forward.run(kernels, batch);
        }
        cache.release();
        return new GreedyTrace(answer.toString(StandardCharsets.UTF_8), masses, prompt.length);
    }

    private static int likeliest(float[] logits, int row, int vocabulary) {
        int best = 0;
        for (int i = 1; i < vocabulary; i++) {
            best = logits[row * vocabulary + i] > logits[row * vocabulary + best] ? i : best;
        }
        return best;
    }
}
