package dev.parley.moe.convert;

import java.util.function.UnaryOperator;

/** How a family attends: its keys, and the tensors of a layer's attention. */
sealed interface AttentionKind permits HeadAttention, LatentAttention {
    static AttentionKind of(Checkpoint checkpoint, Family family) {
        return family.latent() ? LatentAttention.of(checkpoint) : HeadAttention.of(checkpoint, family);
    }

    /** Numbers of a head that turn with the position. */
    int turned();

    void keys(Keys keys);

    /** Throws {@link IllegalArgumentException} for a tensor that is missing or not as config.json says. */
    void layer(Placement place, String to, String from);

    /**
     * Rows in the order in which GGUF turns neighbours together, made of those in which transformers turns what lies half apart: of what
     * turns, row i and row i + half become rows 2i and 2i + 1.
     *
     * @param size rows of a head
     * @param still of them that do not turn, which come first
     */
    static UnaryOperator<float[]> neighbours(int size, int still, int columns) {
        int half = (size - still) / 2;
        return values -> {
            float[] other = values.clone();
            for (int row = 0; row < values.length / columns; row++) {
                int turning = row % size - still;
                if (turning >= 0) {
                    int target = row - turning + (turning < half ? 2 * turning : 2 * (turning - half) + 1);
                    System.arraycopy(values, row * columns, other, target * columns, columns);
                }
            }
            return other;
        };
    }
}
