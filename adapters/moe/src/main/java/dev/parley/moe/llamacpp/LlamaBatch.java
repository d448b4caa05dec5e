package dev.parley.moe.llamacpp;

import static dev.parley.moe.llamacpp.NativeCalls.ADDRESS;
import static dev.parley.moe.llamacpp.NativeCalls.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Tokens of one step in native memory (llama_batch), to be filled and decoded as often as wanted. Not thread-safe. */
@SuppressWarnings("restricted")
final class LlamaBatch {
    private static final MemoryLayout LAYOUT = MemoryLayout.structLayout(
            ValueLayout.JAVA_INT,
            MemoryLayout.paddingLayout(4),
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);

    private final NativeCalls calls;
    private final MemorySegment batch;
    private final MemorySegment tokens;
    private final MemorySegment positions;
    private final MemorySegment counts;
    private final MemorySegment sequences;
    private final MemorySegment ids;
    private final MemorySegment wanted;
    private int size;

    LlamaBatch(NativeCalls calls, int capacity) {
        this.calls = calls;
        Arena arena = Arena.ofAuto();
        batch = arena.allocate(LAYOUT);
        tokens = arena.allocate(INT, capacity);
        positions = arena.allocate(INT, capacity);
        counts = arena.allocate(INT, capacity);
        ids = arena.allocate(INT, capacity);
        sequences = arena.allocate(ADDRESS, capacity);
        wanted = arena.allocate(capacity);
        MemorySegment[] parts = {tokens, MemorySegment.NULL, positions, counts, sequences, wanted};
        for (int i = 0; i < parts.length; i++) {
            batch.set(ValueLayout.ADDRESS, 8 + 8L * i, parts[i]);
        }
    }

    void reset() {
        size = 0;
    }

    void add(int token, int position, int sequence, boolean want) {
        tokens.setAtIndex(INT, size, token);
        positions.setAtIndex(INT, size, position);
        counts.setAtIndex(INT, size, 1);
        ids.setAtIndex(INT, size, sequence);
        sequences.setAtIndex(ValueLayout.ADDRESS, size, ids.asSlice(4L * size, 4));
        wanted.set(ValueLayout.JAVA_BYTE, size, (byte) (want ? 1 : 0));
        size++;
    }

    /** 0 for success, else llama_decode's code. */
    int decode(LlamaCppLibrary.Opened opened) {
        batch.set(INT, 0, size);
        return calls.number("llama_decode", FunctionDescriptor.of(INT, ADDRESS, LAYOUT), opened.context(), batch);
    }

    /** Logits [vocabulary] after the {@code i}-th token, which must have been wanted; valid until the next step. */
    MemorySegment logits(LlamaCppLibrary.Opened opened, int i) {
        MemorySegment row = calls.address(
                "llama_get_logits_ith", FunctionDescriptor.of(ADDRESS, ADDRESS, INT), opened.context(), i);
        if (row.address() == 0) {
            throw new IllegalStateException("llama.cpp has no logits after token " + i);
        }
        return row.reinterpret(4L * opened.size());
    }
}
