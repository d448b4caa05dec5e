package dev.parley.moe.engine.tensor;

import jdk.incubator.vector.FloatVector;

/**
 * Where the products of up to sixteen rows go.
 *
 * @param size rows from {@code at} on that there are
 * @param skipped rows between the first of the sixteen and {@code at}
 */
@SuppressWarnings("ArrayRecordComponent")
record Part(float[] out, int at, int size, int skipped) {
    Part(float[] out, int at, int size) {
        this(out, at, size, 0);
    }

    Part from(int row) {
        return new Part(out, at + row, size - row, row);
    }

    void store(FloatVector sums, int row) {
        if (row + sums.length() <= size) {
            sums.intoArray(out, at + row);
        } else if (row < size) {
            float[] all = new float[sums.length()];
            sums.intoArray(all, 0);
            System.arraycopy(all, 0, out, at + row, size - row);
        }
    }
}
