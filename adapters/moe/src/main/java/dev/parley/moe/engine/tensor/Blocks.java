package dev.parley.moe.engine.tensor;

import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.gguf.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unpacks the block formats of ggml into the layouts of the kernels. Stateless. */
final class Blocks {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** The numbers of MXFP4, doubled to be whole. */
    private static final byte[] MXFP4 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    private final MemorySegment bytes;
    private final int[] numbers = new int[32];
    private final int rows;
    private final int columns;
    private long at; // of the block being read

    private Blocks(GgufTensor tensor, long from, int rows, int columns) {
        bytes = tensor.bytes();
        this.rows = rows;
        this.columns = columns;
        at = from / tensor.type().blockSize() * tensor.type().blockBytes();
    }

    /** The matrix that begins with number {@code from} of a tensor of a block format. */
    static Matrix matrix(GgufTensor tensor, long from, int rows, int columns) {
        Blocks blocks = new Blocks(tensor, from, rows, columns);
        return switch (tensor.type()) {
            case Q8_0 -> blocks.q8();
            case Q5_0 -> blocks.q5();
            case Q6_K -> blocks.q6k();
            case MXFP4 -> blocks.mxfp4();
            case Q4_0 -> blocks.q4(TensorType.Q4_0);
            case Q4_1 -> blocks.q4(TensorType.Q4_1);
            case Q4_K -> blocks.q4k();
            case F32, F16, BF16 -> throw new IllegalArgumentException(tensor.type() + " has no blocks");
        };
    }

    private Matrix.Q8 q8() {
        Matrix.Q8 w = Matrix.Q8.empty(rows, columns, 32);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += 32, at += TensorType.Q8_0.blockBytes()) {
                w.scales()[w.scaleAt(r, c / 32)] = half(0);
                for (int j = 0; j < 32; j++) {
                    w.put(r, c + j, octet(2 + j));
                }
            }
        }
        return w;
    }

    /** Numbers of 5 bits are kept as bytes: no kernel is their own. */
    private Matrix.Q8 q5() {
        Matrix.Q8 w = Matrix.Q8.empty(rows, columns, 32);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += 32, at += TensorType.Q5_0.blockBytes()) {
                w.scales()[w.scaleAt(r, c / 32)] = half(0);
                for (int j = 0; j < 32; j++) {
                    int four = (octet(6 + j % 16) >> (j / 16 * 4)) & 0xF;
                    int fifth = (octet(2 + j / 8) >> (j % 8)) & 1;
                    w.put(r, c + j, (four | (fifth << 4)) - 16);
                }
            }
        }
        return w;
    }

    private Matrix.Q8 mxfp4() {
        Matrix.Q8 w = Matrix.Q8.empty(rows, columns, 32);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += 32, at += TensorType.MXFP4.blockBytes()) {
                w.scales()[w.scaleAt(r, c / 32)] = Math.scalb(1f, octet(0) - 128);
                for (int j = 0; j < 16; j++) {
                    w.put(r, c + j, MXFP4[octet(1 + j) & 0xF]);
                    w.put(r, c + 16 + j, MXFP4[octet(1 + j) >> 4]);
                }
            }
        }
        return w;
    }

    /** 128 numbers at a time: 64 bytes of low bits, 32 of high bits, 8 scales of 16 numbers each. */
    private Matrix.Q8 q6k() {
        Matrix.Q8 w = Matrix.Q8.empty(rows, columns, 16);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += 256, at += TensorType.Q6_K.blockBytes()) {
                float factor = half(208);
                for (int i = 0; i < 16; i++) {
                    w.scales()[w.scaleAt(r, c / 16 + i)] = factor * bytes.get(ValueLayout.JAVA_BYTE, at + 192 + i);
                }
                for (int i = 0; i < 256; i++) {
                    int low = (octet(i / 128 * 64 + i % 64) >> (i % 128 / 64 * 4)) & 0xF;
                    int high = (octet(128 + i / 128 * 32 + i % 32) >> (i % 128 / 32 * 2)) & 3;
                    w.put(r, c + i, (low | (high << 4)) - 32);
                }
            }
        }
        return w;
    }

    /** 16 bytes after the scales: low halves are numbers 0..15 of the block, high halves 16..31. */
    private Matrix.Q4 q4(TensorType type) {
        boolean minimum = type == TensorType.Q4_1;
        int start = minimum ? 4 : 2;
        Matrix.Q4 w = Matrix.Q4.empty(rows, columns, minimum);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += 32, at += type.blockBytes()) {
                int scale = w.scaleAt(r, c / 32);
                w.scales()[scale] = half(0);
                if (minimum) {
                    w.offsets()[scale] = half(2) + 8 * half(0);
                }
                for (int j = 0; j < 16; j++) {
                    int two = octet(start + j);
                    numbers[j] = two & 0xF;
                    numbers[16 + j] = two >> 4;
                }
                w.put(r, c / 32, numbers);
            }
        }
        return w;
    }

    /** 32 bytes hold two blocks of 32, the first in the low halves. */
    private Matrix.Q4 q4k() {
        Matrix.Q4 w = Matrix.Q4.empty(rows, columns, true);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += 256, at += TensorType.Q4_K.blockBytes()) {
                for (int b = 0; b < 8; b++) {
                    int at4 = w.scaleAt(r, c / 32 + b);
                    w.scales()[at4] = half(0) * scale(b);
                    w.offsets()[at4] = 8 * w.scales()[at4] - half(2) * minimum(b);
                    for (int j = 0; j < 32; j++) {
                        numbers[j] = (octet(16 + b / 2 * 32 + j) >> (b % 2 * 4)) & 0xF;
                    }
                    w.put(r, c / 32 + b, numbers);
                }
            }
        }
        return w;
    }

    /** The 6-bit scale of block {@code b} of Q4_K's eight. */
    private int scale(int b) {
        return b < 4 ? octet(4 + b) & 63 : (octet(8 + b) & 0xF) | (octet(b) >> 6 << 4);
    }

    private int minimum(int b) {
        return b < 4 ? octet(8 + b) & 63 : (octet(8 + b) >> 4) | (octet(4 + b) >> 6 << 4);
    }

    private float half(int offset) {
        return Float.float16ToFloat(bytes.get(SHORT, at + offset));
    }

    private int octet(int offset) {
        return bytes.get(ValueLayout.JAVA_BYTE, at + offset) & 0xFF;
    }
}
