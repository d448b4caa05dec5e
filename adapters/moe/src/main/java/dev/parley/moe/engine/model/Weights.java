package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Matrix;
import java.util.List;

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

    /** {@code q, output}: [width, width]; {@code k, v}: [key-value width, width]. */
    record Attention(Matrix q, Matrix k, Matrix v, Matrix output) {}

    sealed interface FeedForward {}

    /** SwiGLU (arXiv:2002.05202). {@code gate, up}: [hidden, width], {@code down}: [width, hidden]. */
    record Dense(Matrix gate, Matrix up, Matrix down) implements FeedForward {}

    /**
     * A gate chooses among experts (Mixtral, arXiv:2401.04088).
     *
     * @param gate [experts, width]
     */
    record Experts(Matrix gate, List<Dense> experts) implements FeedForward {
        Experts {
            experts = List.copyOf(experts);
        }
    }
}
