package dev.parley.moe.engine.study;

import dev.parley.moe.engine.gguf.TensorType;
import java.util.HashMap;
import java.util.Map;

/** Measures kernels once for models of like size. Thread-safe: who asks for what is being measured waits. */
public final class KernelSpeeds {
    private final Map<Key, KernelSpeed> known = new HashMap<>();

    /**
     * @param size so that weights of the same one come from the same cache, or from memory: two binary digits of their number
     */
    private record Key(TensorType type, int size) {}

    /**
     * Takes some seconds the first time.
     *
     * @param weights that a token is multiplied with
     */
    synchronized KernelSpeed of(TensorType type, long weights) {
        Key key = new Key(type, Long.numberOfLeadingZeros(weights) / 2);
        return known.computeIfAbsent(key, k -> KernelSpeed.measure(type, weights));
    }
}
