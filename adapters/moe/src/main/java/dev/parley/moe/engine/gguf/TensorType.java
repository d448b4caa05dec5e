package dev.parley.moe.engine.gguf;

import java.util.Optional;

/** How a tensor's numbers are stored; ids and sizes as in ggml. */
public enum TensorType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    /** Blocks of 32: a half-precision scale, then 16 bytes of two 4-bit numbers each, low halves first; value (q - 8) * scale. */
    Q4_0(2, 32, 18),
    /** As Q4_0, with a half-precision minimum after the scale; value q * scale + minimum. */
    Q4_1(3, 32, 20),
    /**
     * Blocks of 32: a half-precision scale, 4 bytes with the fifth bit of each number, then as Q4_0; value (q - 16) * scale. What llama.cpp
     * falls back to where rows do not divide by 256.
     */
    Q5_0(6, 32, 22),
    /** Blocks of 32: a half-precision scale, then 32 signed bytes; value q * scale. */
    Q8_0(8, 32, 34),
    /** Blocks of 256: two half-precision factors, 8 scales and 8 minima of 6 bits, 256 4-bit numbers. */
    Q4_K(12, 256, 144),
    /** Blocks of 256: low 4 and high 2 bits of each number, 16 signed scales, a half-precision factor. */
    Q6_K(14, 256, 210),
    BF16(30, 1, 2),
    /** Blocks of 32: an exponent, then 16 bytes of two 4-bit floating-point numbers each (OCP microscaling format). */
    MXFP4(39, 32, 17);

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

    int id() {
        return id;
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
