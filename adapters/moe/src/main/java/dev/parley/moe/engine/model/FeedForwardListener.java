package dev.parley.moe.engine.model;

/** Hears what dense feed-forward parts compute, layer by layer, on the computing thread. */
@FunctionalInterface
public interface FeedForwardListener {
    /** Hears nothing. */
    FeedForwardListener NONE = (layer, rows, input, hidden) -> {};

    /**
     * @param rows tokens that were computed together
     * @param input [rows, width], normed; overwritten by the next step
     * @param hidden [rows, hidden], what the neurons gave: {@code silu(gate x) * up x}; overwritten by the next step
     */
    void computed(int layer, int rows, float[] input, float[] hidden);
}
