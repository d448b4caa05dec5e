package dev.parley.moe.llamacpp;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * Where llama.cpp 0.4.0 keeps what in its two structures of parameters (llama.h). Fields come and go from release to release, and
 * whoever writes into the wrong place computes nonsense or crashes: the defaults that a library gives must be these, byte for byte.
 */
final class LlamaLayout {
    /** Larger than either structure; what lies beyond the end is not read. */
    static final MemoryLayout PARAMS =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(25, ValueLayout.JAVA_LONG));

    static final long MODEL_OVERRIDES = 64;

    static final long POSITIONS = 0;
    static final long BATCH = 4;
    static final long SEQUENCES = 12;
    static final long THREADS = 28;
    static final long BATCH_THREADS = 32;
    static final long FLASH_ATTENTION = 52;
    static final long TYPE_K = 104;
    static final long TYPE_V = 108;

    /** llama_model_kv_override: a tag, a key of 128 bytes, a value of 128. */
    static final long OVERRIDE_SIZE = 264;

    static final long OVERRIDE_KEY = 4;
    static final long OVERRIDE_VALUE = 136;

    private static final byte UNTOUCHED = 0x5A;
    private static final int MINUS_ONE = Float.floatToIntBits(-1);
    private static final int FLAGS = 0x01010100;

    /** Offset and 32-bit value: devices, buffer types, layers on a GPU, split, load and lazy mode, GPU, pointers, flags. */
    private static final int[][] MODEL = {
        {0, 0},
        {4, 0},
        {8, 0},
        {12, 0},
        {16, -1},
        {20, 1},
        {24, -1},
        {28, 1},
        {32, 0},
        {40, 0},
        {44, 0},
        {48, 0},
        {52, 0},
        {56, 0},
        {60, 0},
        {64, 0},
        {68, 0},
        {72, 0x00010000}
    };

    private static final int MODEL_SIZE = 80;

    /** Offset and 32-bit value: positions, batches, sequences, threads, kinds, rope and YaRN, callbacks, storage, flags, samplers. */
    private static final int[][] CONTEXT = {
        {0, 512},
        {4, 2048},
        {8, 512},
        {12, 1},
        {16, 0},
        {20, 0},
        {24, 1},
        {28, 4},
        {32, 4},
        {36, 0},
        {40, -1},
        {44, -1},
        {48, -1},
        {52, -1},
        {56, 0},
        {60, 0},
        {64, MINUS_ONE},
        {68, MINUS_ONE},
        {72, MINUS_ONE},
        {76, MINUS_ONE},
        {80, 0},
        {84, MINUS_ONE},
        {88, 0},
        {96, 0},
        {104, 1},
        {108, 1},
        {112, 0},
        {120, 0},
        {128, FLAGS},
        {136, 0},
        {144, 0},
        {152, 0}
    };

    private static final int CONTEXT_SIZE = 160;

    private final NativeCalls calls;

    LlamaLayout(NativeCalls calls) {
        this.calls = calls;
    }

    /** Throws {@link IllegalArgumentException} naming the first difference. */
    void check() {
        check("llama_model_default_params", MODEL, MODEL_SIZE);
        check("llama_context_default_params", CONTEXT, CONTEXT_SIZE);
    }

    private void check(String function, int[][] expected, int size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = defaults(function, arena);
            for (int[] pair : expected) {
                int found = params.get(ValueLayout.JAVA_INT, pair[0]);
                if (found != pair[1]) {
                    throw new IllegalArgumentException(
                            function + " gives " + found + " at byte " + pair[0] + ", not " + pair[1]);
                }
            }
            if (params.get(ValueLayout.JAVA_BYTE, size) != UNTOUCHED) {
                throw new IllegalArgumentException(function + " gives more than " + size + " bytes");
            }
        }
    }

    /** The structure that the function returns. */
    MemorySegment defaults(String function, Arena arena) {
        MemorySegment params = arena.allocate(PARAMS).fill(UNTOUCHED);
        SegmentAllocator place = (size, alignment) -> params;
        try {
            calls.handle(function, FunctionDescriptor.of(PARAMS)).invoke(place);
        } catch (Throwable e) {
            throw new IllegalStateException(function + " failed", e);
        }
        return params;
    }
}
