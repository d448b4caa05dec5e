package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Matrix;
import java.util.List;
import java.util.Optional;
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

    /** Of the model's kind of attention, see {@link ModelShape.Attention}. */
    sealed interface Attention {}

    /**
     * {@code q}: [query width, width]; {@code k, v}: [key-value width, width]; {@code output}: [width, query width].
     *
     * @param queryNorm weights of a norm over each head (Qwen 3) or over all heads together (OLMoE); empty for no norm
     * @param keyNorm as {@code queryNorm}
     * @param sinks [heads], scores of a position that is not there and only takes weight (arXiv:2309.17453); empty for none
     * @param window positions that are seen at most; 0 for all
     */
    record Heads(
            Linear q, Linear k, Linear v, Linear output, float[] queryNorm, float[] keyNorm, float[] sinks, int window)
            implements Attention {}

    /**
     * Latent attention. Of a head's key matrix [plain, rank] the transposed is held: it takes queries to latents, so that keys need not be made
     * (DeepSeek-V2, arXiv:2405.04434, section 2.1.2).
     *
     * @param queryDown [query rank, width]; empty if {@code q} is applied to the stream itself
     * @param q [heads * size, query rank or width]
     * @param latent [rank + turned, width], what is kept of a position, before the norm of the latent and the turning
     * @param latentNorm [rank]
     * @param keys for each head [rank, plain]
     * @param values for each head [value, rank]
     * @param output [width, heads * value]
     */
    record Latent(
            Optional<Narrowed> queryDown,
            Linear q,
            Linear latent,
            float[] latentNorm,
            List<Linear> keys,
            List<Linear> values,
            Linear output)
            implements Attention {
        Latent {
            keys = List.copyOf(keys);
            values = List.copyOf(values);
        }
    }

    /** A projection to a low rank, and the weights of the norm after it. */
    record Narrowed(Linear down, float[] norm) {}

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
     * @param selectionBias [experts], see {@link dev.parley.moe.engine.gate.Choice.Scores}; empty for none
     * @param experts all in memory, or an {@link ExpertCache.Layer}
     * @param scale of the experts' sum
     * @param shared experts that every token takes
     * @param nulls experts of zeros, which are chosen like others and not computed (AdaMoE, arXiv:2406.13233)
     */
    record Experts(
            Linear gate,
            float[] selectionBias,
            List<Dense> experts,
            float scale,
            List<Shared> shared,
            Set<Integer> nulls)
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
