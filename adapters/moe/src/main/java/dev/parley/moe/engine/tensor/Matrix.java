package dev.parley.moe.engine.tensor;

/** Weights [rows, columns]. Immutable, so threads may share it. */
public sealed interface Matrix {
    int rows();

    int columns();

    /** out[i, r] = sum over c of this[r, c] * x[selection.rows[i], c], for the span's rows r; out is [selection.size, rows]. */
    void times(Kernels kernels, Span span, Activations x, Selection selection, float[] out);

    /** Writes row {@code r} to {@code out[at ..]}. */
    void row(int r, float[] out, int at);

    /** Memory that the numbers take. */
    long bytes();

    /** Whether {@link Kernels#quantise} must have been called on the activations. */
    boolean quantised();

    /** Full precision; half-precision files are widened to it. */
    @SuppressWarnings("ArrayRecordComponent")
    record F32(float[] values, int rows, int columns) implements Matrix {
        @Override
        public void times(Kernels kernels, Span span, Activations x, Selection selection, float[] out) {
            kernels.f32(this, span, x, selection, out);
        }

        @Override
        public void row(int r, float[] out, int at) {
            System.arraycopy(values, r * columns, out, at, columns);
        }

        @Override
        public long bytes() {
            return (long) Float.BYTES * values.length;
        }

        @Override
        public boolean quantised() {
            return false;
        }
    }

    /**
     * 8 bits, with a scale for each {@code block} of 32 or 16 numbers of a row. Sixteen rows lie interleaved, so that a vector lane works
     * for one row. Q8_0 as it is; Q6_K and MXFP4 widened to it without loss; rows are filled up to a multiple of 16.
     *
     * @param quants [rows / 16, columns, 16 lanes]; lanes 2i and 2i + 1 are rows i and 8 + i of the sixteen
     * @param scales [rows / 16, columns / block, 16 rows]
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Q8(byte[] quants, float[] scales, int block, int rows, int columns) implements Matrix {
        /** Rows that lie interleaved. */
        static final int LANES = Span.ROWS;

        /** Zeros, to be filled by {@link #put}. */
        static Q8 empty(int rows, int columns, int block) {
            int size = Math.ceilDiv(rows, LANES) * LANES * columns;
            return new Q8(new byte[size], new float[size / block], block, rows, columns);
        }

        /** Where number {@code c} of a row lies. */
        private int at(int r, int c) {
            return (r / LANES * columns + c) * LANES + r % 8 * 2 + r % LANES / 8;
        }

        /** Where the scale of a row's block lies. */
        int scaleAt(int r, int block) {
            return (r / LANES * (columns / this.block) + block) * LANES + r % LANES;
        }

        void put(int r, int c, int quant) {
            quants[at(r, c)] = (byte) quant;
        }

        @Override
        public void times(Kernels kernels, Span span, Activations x, Selection selection, float[] out) {
            kernels.q8(this, span, x, selection, out);
        }

        @Override
        public void row(int r, float[] out, int at) {
            for (int c = 0; c < columns; c++) {
                out[at + c] = quants[at(r, c)] * scales[scaleAt(r, c / block)];
            }
        }

        @Override
        public long bytes() {
            return quants.length + (long) Float.BYTES * scales.length;
        }

        @Override
        public boolean quantised() {
            return true;
        }
    }

    /**
     * 4 bits in blocks of 32 columns: value (q - 8) * scale + offset. Sixteen rows lie interleaved, so that a vector lane works for one
     * row: products of 4 and 8 bits can be summed over a whole block in 16 bits, and no sum crosses lanes. Q4_0, Q4_1 and Q4_K as they
     * are; rows are filled up to a multiple of 16.
     *
     * @param quants [rows / 16, columns / 32, 8, 16 lanes]: of a row's block, numbers j, j + 8, j + 16 and j + 24, lowest bits first;
     *     lanes 2i and 2i + 1 are rows i and 8 + i of the sixteen
     * @param scales [rows / 16, columns / 32, 16 rows]
     * @param offsets as scales; empty if all are 0
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Q4(short[] quants, float[] scales, float[] offsets, int rows, int columns) implements Matrix {
        /** Rows that lie interleaved. */
        static final int LANES = Span.ROWS;

        private static final int STEPS = Activations.BLOCK / 4;

        /** Zeros, to be filled by {@link #put}. */
        static Q4 empty(int rows, int columns, boolean offsets) {
            int padded = Math.ceilDiv(rows, LANES) * LANES;
            int blocks = padded * (columns / Activations.BLOCK);
            return new Q4(new short[blocks * STEPS], new float[blocks], new float[offsets ? blocks : 0], rows, columns);
        }

        int blocks() {
            return columns / Activations.BLOCK;
        }

        /** Where row {@code r}'s scale and offset of a block lie. */
        int scaleAt(int r, int block) {
            return (r / LANES * blocks() + block) * LANES + r % LANES;
        }

        /** Where the first short of a row's block lies; the other seven follow {@link #LANES} apart. */
        private int at(int r, int block) {
            int lane = r % 8 * 2 + r % LANES / 8;
            return (r / LANES * blocks() + block) * STEPS * LANES + lane;
        }

        /** Sets a block of a row to 32 numbers of 0 .. 15. */
        void put(int r, int block, int[] q) {
            int at = at(r, block);
            for (int k = 0; k < STEPS; k++) {
                quants[at + k * LANES] =
                        (short) (q[k] | (q[k + STEPS] << 4) | (q[k + 2 * STEPS] << 8) | (q[k + 3 * STEPS] << 12));
            }
        }

        @Override
        public void times(Kernels kernels, Span span, Activations x, Selection selection, float[] out) {
            kernels.q4(this, span, x, selection, out);
        }

        /** Number {@code c} of a row, -8 .. 7. */
        private int quant(int r, int c) {
            int inBlock = c % Activations.BLOCK;
            int four = quants[at(r, c / Activations.BLOCK) + inBlock % STEPS * LANES];
            return ((four >> (inBlock / STEPS * 4)) & 0xF) - 8;
        }

        @Override
        public void row(int r, float[] out, int at) {
            for (int c = 0; c < columns; c++) {
                int scale = scaleAt(r, c / Activations.BLOCK);
                float offset = offsets.length == 0 ? 0 : offsets[scale];
                out[at + c] = quant(r, c) * scales[scale] + offset;
            }
        }

        @Override
        public long bytes() {
            return (long) Short.BYTES * quants.length + (long) Float.BYTES * (scales.length + offsets.length);
        }

        @Override
        public boolean quantised() {
            return true;
        }
    }
}
