package dev.parley.moe.upcycle;

import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.Forward.FeedForwardListener;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.function.IntConsumer;

/**
 * How well a model foresees a text: {@code exp(mean of -ln p(token | the tokens before it))}, over pieces of {@link #WINDOW} tokens that do
 * not see each other; the first token of each counts for nothing. Not thread-safe.
 */
public final class Perplexity {
    /** Tokens that see each other; fewer where the model's context is shorter. */
    public static final int WINDOW = 512;

    private static final int PIECE = 64;

    private final Model model;
    private final Kernels kernels;
    private final Forward forward;
    private final TokenBatch batch = new TokenBatch(PIECE);

    public Perplexity(Model model, Kernels kernels) {
        this.model = model;
        this.kernels = kernels;
        forward = new Forward(model, PIECE);
    }

    /** Has the dense feed-forward parts told while texts are computed. */
    void observe(FeedForwardListener listener) {
        forward.observe(listener);
    }

    /**
     * @param tokens at least 2
     * @param rule by which gates choose; a dense model has none
     * @param progress told how many tokens are done, now and then
     */
    public double of(int[] tokens, GateRule rule, IntConsumer progress) {
        int window = Math.min(WINDOW, model.shape().context());
        double nats = 0;
        int counted = 0;
        for (int from = 0; from + 1 < tokens.length; from += window) {
            int end = Math.min(tokens.length, from + window);
            nats += nats(tokens, from, end, rule);
            counted += end - from - 1;
            progress.accept(end);
        }
        return Math.exp(nats / counted);
    }

    private double nats(int[] tokens, int from, int end, GateRule rule) {
        KvCache cache = forward.newCache(rule);
        double nats = 0;
        for (int at = from; at < end; at += PIECE) {
            int size = Math.min(PIECE, end - at);
            batch.clear();
            for (int i = 0; i < size; i++) {
                batch.add(cache, i, tokens[at + i], rule);
                batch.want();
            }
            forward.run(kernels, batch);
            for (int i = 0; i < size && at + i + 1 < end; i++) {
                nats -= logProbability(forward.logits(), i * model.shape().vocabulary(), tokens[at + i + 1]);
            }
        }
        cache.release();
        return nats;
    }

    private double logProbability(float[] logits, int at, int token) {
        int size = model.shape().vocabulary();
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            most = Math.max(most, logits[at + i]);
        }
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += Math.exp(logits[at + i] - most);
        }
        return logits[at + token] - most - Math.log(sum);
    }
}
