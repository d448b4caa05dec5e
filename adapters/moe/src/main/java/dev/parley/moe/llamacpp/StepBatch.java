package dev.parley.moe.llamacpp;

import java.util.Arrays;

/** The tokens of one step of one model, as the child gets them. Not thread-safe. */
final class StepBatch {
    private final int[] tokens;
    private final int[] positions;
    private final int[] sequences;
    private final boolean[] wanted;
    private int size;
    private int rows;

    StepBatch(int capacity) {
        tokens = new int[capacity];
        positions = new int[capacity];
        sequences = new int[capacity];
        wanted = new boolean[capacity];
    }

    void clear() {
        size = 0;
        rows = 0;
        Arrays.fill(wanted, false);
    }

    int size() {
        return size;
    }

    int room() {
        return tokens.length - size;
    }

    /** Rows of logits that the step gives. */
    int rows() {
        return rows;
    }

    void add(int sequence, int position, int token) {
        tokens[size] = token;
        positions[size] = position;
        sequences[size++] = sequence;
    }

    /** Asks for the logits after the token added last; gives their row. */
    int want() {
        wanted[size - 1] = true;
        return rows++;
    }

    int token(int i) {
        return tokens[i];
    }

    int position(int i) {
        return positions[i];
    }

    int sequence(int i) {
        return sequences[i];
    }

    boolean wanted(int i) {
        return wanted[i];
    }
}
