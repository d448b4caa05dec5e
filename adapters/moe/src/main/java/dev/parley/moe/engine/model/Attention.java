package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Activations;

/** One kind of attention. Owns scratch memory of one thread at a time. */
interface Attention {
    /** Of the kind that the model has. */
    static Attention of(ModelShape shape, int capacity) {
        return switch (shape.attention()) {
            case ModelShape.Heads heads -> new HeadAttention(shape, heads, capacity);
            case ModelShape.Latent latent -> new LatentAttention(shape, latent, capacity);
        };
    }

    /**
     * out = output(attention(normed)) of the tokens that go on; what later positions will look at is kept of all.
     *
     * @param weights of this kind
     * @param normed [T, D], all tokens of the batch
     * @param out [n, D], one row for each token that goes on
     */
    void attend(Forward.Step step, Weights.Attention weights, Activations normed, float[] out);
}
