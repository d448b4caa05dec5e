package dev.parley.moe.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor of a file.
 *
 * @param sizes 1 to 4 sizes, the fastest-running first; a matrix [rows, columns] says (columns, rows)
 * @param bytes its stored numbers, exactly as many as type and sizes ask for
 */
public record GgufTensor(String name, TensorType type, List<Long> sizes, MemorySegment bytes) {
    public GgufTensor {
        sizes = List.copyOf(sizes);
    }

    /** How many numbers it holds. */
    public long elements() {
        return sizes.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    }
}
