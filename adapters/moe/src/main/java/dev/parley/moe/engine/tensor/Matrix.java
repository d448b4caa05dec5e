package dev.parley.moe.engine.tensor;

/** Weights [rows, columns]. Immutable, so threads may share it. */
public sealed interface Matrix {
    int rows();

    int columns();

    /** out[i, r] = sum over c of this[r, c] * x[selection.rows[i], c]; out is [selection.size, rows]. */
    void times(Kernels kernels, Activations x, Selection selection, float[] out);

    /** Writes row {@code r} to {@code out[at ..]}. */
    void row(int r, float[] out, int at);

    /** Whether {@link Kernels#quantise} must have been called on the activations. */
    boolean quantised();

    /** Full precision; half-precision files are widened to it. */
    @SuppressWarnings("ArrayRecordComponent")
    record F32(float[] values, int rows, int columns) implements Matrix {
        @Override
        public void times(Kernels kernels, Activations x, Selection selection, float[] out) {
            kernels.f32(this, x, selection, out);
        }

        @Override
        public void row(int r, float[] out, int at) {
            System.arraycopy(values, r * columns, out, at, columns);
        }

        @Override
        public boolean quantised() {
            return false;
        }
    }

    /** 8 bits in blocks of 32 with a scale each; 4-bit files are widened to it without loss. */
    @SuppressWarnings("ArrayRecordComponent")
    record Q8(byte[] quants, float[] scales, int rows, int columns) implements Matrix {
        @Override
        public void times(Kernels kernels, Activations x, Selection selection, float[] out) {
            kernels.q8(this, x, selection, out);
        }

        @Override
        public void row(int r, float[] out, int at) {
            int from = r * columns;
            for (int c = 0; c < columns; c++) {
                out[at + c] = quants[from + c] * scales[(from + c) / Activations.BLOCK];
            }
        }

        @Override
        public boolean quantised() {
            return true;
        }
    }
}
