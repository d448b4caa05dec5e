package dev.parley.moe.engine.gguf;

import java.util.Optional;

/** How a tensor's numbers are stored; ids and sizes as in ggml. */
public enum TensorType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    /** Blocks of 32: a half-precision scale, then 16 bytes of two 4-bit numbers each, low halves first; value (q - 8) * scale. */
    Q4_0(2, 32, 18),
    /** Blocks of 32: a half-precision scale, then 32 signed bytes; value q * scale. */
    Q8_0(8, 32, 34),
    BF16(30, 1, 2);

    private final int id;
    private final int blockSize;
    private final int blockBytes;

    TensorType(int id, int blockSize, int blockBytes) {
        this.id = id;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
    }

    static Optional<TensorType> of(int id) {
        for (TensorType type : values()) {
            if (type.id == id) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** Numbers in a block. */
    public int blockSize() {
        return blockSize;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }
}
