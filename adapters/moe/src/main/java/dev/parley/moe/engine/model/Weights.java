package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Matrix;
import java.util.List;
import java.util.Set;

/**
 * All weights of a model. Immutable by convention.
 *
 * @param embedding [vocabulary, width]
 * @param output [vocabulary, width]
 */
@SuppressWarnings("ArrayRecordComponent")
record Weights(Matrix embedding, List<Layer> layers, float[] outputNorm, Matrix output) {
    Weights {
        layers = List.copyOf(layers);
    }

    /** One layer: attention, then a feed-forward part. */
    record Layer(float[] attentionNorm, Attention attention, float[] feedForwardNorm, FeedForward feedForward) {}

    /**
     * {@code q}: [query width, width]; {@code k, v}: [key-value width, width]; {@code output}: [width, query width].
     *
     * @param queryNorm weights of a norm over each head (Qwen 3) or over all heads together (OLMoE); empty for no norm
     * @param keyNorm as {@code queryNorm}
     * @param sinks [heads], scores of a position that is not there and only takes weight (arXiv:2309.17453); empty for none
     * @param window positions that are seen at most; 0 for all
     */
    record Attention(
            Linear q,
            Linear k,
            Linear v,
            Linear output,
            float[] queryNorm,
            float[] keyNorm,
            float[] sinks,
            int window) {}

    sealed interface FeedForward {
        /** Weights that take no part in a token that uses so many experts, were all experts equally likely. */
        long idle(int used);
    }

    /**
     * SwiGLU (arXiv:2002.05202). {@code gate, up}: [hidden, width], {@code down}: [width, hidden].
     *
     * @param clamped gpt-oss's form of it
     */
    record Dense(Linear gate, Linear up, Linear down, boolean clamped) implements FeedForward {
        int hidden() {
            return gate.rows();
        }

        /** The same rounded to 4 bits, as far as rows divide into blocks. */
        Dense twin() {
            return new Dense(gate.twin(), up.twin(), down.twin(), clamped);
        }

        /** Memory it takes. */
        long bytes() {
            return gate.bytes() + up.bytes() + down.bytes();
        }

        @Override
        public long idle(int used) {
            return 0;
        }
    }

    /**
     * A gate chooses among experts.
     *
     * @param gate [experts, width]
     * @param experts all in memory, or an {@link ExpertCache.Layer}
     * @param scale of the experts' sum
     * @param shared experts that every token takes
     * @param nulls experts of zeros, which are chosen like others and not computed (AdaMoE, arXiv:2406.13233)
     */
    record Experts(Linear gate, List<Dense> experts, float scale, List<Shared> shared, Set<Integer> nulls)
            implements FeedForward {
        Experts {
            experts = experts instanceof ExpertCache.Layer ? experts : List.copyOf(experts);
            shared = List.copyOf(shared);
            nulls = Set.copyOf(nulls);
        }

        @Override
        public long idle(int used) {
            Dense one = experts.getFirst();
            double computed = used * (1 - (double) nulls.size() / experts.size());
            return Math.round(3.0 * one.hidden() * one.down().rows() * (experts.size() - computed));
        }
    }

    /**
     * An expert that every token takes.
     *
     * @param gate [width], whose product's sigmoid is the expert's weight; empty for weight 1
     */
    record Shared(float[] gate, Dense expert) {}
}
