package dev.parley.moe.engine.gate;

/** Hears of the gates' choices for one token, layer by layer, on the computing thread. */
@FunctionalInterface
public interface GateListener {
    /** Hears nothing. */
    GateListener NONE = (layer, mass, picked, count) -> {};

    /**
     * @param mass [experts], summing to 1; overwritten by the next choice
     * @param picked the experts computed, most preferred first, null experts left out, in its first {@code count} elements; overwritten by the next choice
     */
    void chosen(int layer, float[] mass, int[] picked, int count);
}
