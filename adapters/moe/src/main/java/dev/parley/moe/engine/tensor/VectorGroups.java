package dev.parley.moe.engine.tensor;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of interleaved weights with four tokens at a time: a block of sixteen rows is widened once for all tokens. Products are added
 * in floats, because machines multiply and add these in one instruction; whole numbers below 2^24, which the sums of a block are, lose
 * nothing in them. So results are those of {@link VectorBytes} and {@link VectorNibbles} bit for bit. For 256-bit vectors. Scratch memory
 * of one product.
 */
final class VectorGroups {
    /** Tokens of a group. */
    private static final int TOKENS = 4;

    /** Tokens that it is worth to widen for: with 4 to 7 it took as long as without, or longer. */
    private static final int LEAST = 8;

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_256;
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_128;
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_64;
    private static final int LANES = Span.ROWS;
    private static final int BLOCK = Activations.BLOCK;

    private final Weights w;
    private final Activations x;
    private final int[] tokens;
    private final int end; // of the last whole group
    private final float[] wide = new float[BLOCK * LANES]; // [block, lanes]
    private final float[] scales = new float[LANES];
    private final float[] offsets = new float[LANES];
    private final float[] sums; // [tokens, lanes]

    /**
     * What is multiplied with.
     *
     * @param bytes empty where weights have 4 bits
     * @param nibbles empty where they have 8
     * @param scales [rows / 16, columns / 32, 16 rows]
     * @param offsets as scales; empty if all are 0
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Weights(byte[] bytes, short[] nibbles, float[] scales, float[] offsets, int rows) {
        Weights(Matrix.Q8 w) {
            this(w.quants(), new short[0], w.scales(), new float[0], w.rows());
        }

        Weights(Matrix.Q4 w) {
            this(new byte[0], w.quants(), w.scales(), w.offsets(), w.rows());
        }
    }

    private VectorGroups(Weights w, Activations x, Selection selection) {
        this.w = w;
        this.x = x;
        tokens = selection.rows();
        end = selection.size() / TOKENS * TOKENS;
        sums = new float[end * LANES];
    }

    /** For as many tokens as groups can be made of, from the first; gives how many these are. */
    static int times(Weights w, Span span, Activations x, Selection selection, float[] out) {
        if (Lanes.F.length() != F.length() || selection.size() < LEAST) {
            return 0;
        }
        VectorGroups groups = new VectorGroups(w, x, selection);
        for (int r = span.from(); r < span.to(); r += LANES) {
            groups.times(r, out);
        }
        return groups.end;
    }

    /** Sixteen rows from {@code r} on. */
    private void times(int r, float[] out) {
        int blocks = x.width() / BLOCK;
        Arrays.fill(sums, 0);
        for (int b = 0; b < blocks; b++) {
            int at = r * blocks + b * LANES;
            if (w.bytes().length > 0) {
                widen(w.bytes(), at * BLOCK, wide);
            } else {
                widen(w.nibbles(), at * (BLOCK / 4), wide);
            }
            order(w.scales(), at, scales);
            if (w.offsets().length > 0) {
                order(w.offsets(), at, offsets);
                shift(b);
            }
            for (int i = 0; i < end; i += TOKENS) {
                group(wide, x, tokens, i, b);
            }
        }
        for (int i = 0; i < end; i++) {
            int to = i * w.rows() + r;
            for (int lane = 0; lane < LANES; lane++) {
                if (r + row(lane) < w.rows()) {
                    out[to + row(lane)] = sums[i * LANES + lane];
                }
            }
        }
    }

    private static void order(float[] byRow, int at, float[] byLane) {
        for (int lane = 0; lane < LANES; lane++) {
            byLane[lane] = byRow[at + row(lane)];
        }
    }

    /** The offsets times the sums of the activations' blocks. */
    private void shift(int b) {
        int blocks = x.width() / BLOCK;
        for (int i = 0; i < end; i++) {
            int xb = tokens[i] * blocks + b;
            FloatVector by = FloatVector.broadcast(F, x.scales()[xb] * x.sums()[xb]);
            for (int at = 0; at < LANES; at += F.length()) {
                FloatVector sum = FloatVector.fromArray(F, sums, i * LANES + at);
                FloatVector.fromArray(F, offsets, at).fma(by, sum).intoArray(sums, i * LANES + at);
            }
        }
    }

    /** The row of the sixteen whose numbers lie in a lane. */
    private static int row(int lane) {
        return lane / 2 + lane % 2 * (LANES / 2);
    }

    private static void widen(byte[] ws, int at, float[] wide) {
        for (int i = 0; i < BLOCK * LANES; i += F.length()) {
            FloatVector v = (FloatVector) ByteVector.fromArray(B, ws, at + i).convertShape(VectorOperators.B2F, F, 0);
            v.intoArray(wide, i);
        }
    }

    /** Of a short, lowest bits first, numbers {@code j}, {@code j + 8}, {@code j + 16} and {@code j + 24} of a block. */
    private static void widen(short[] ws, int at, float[] wide) {
        int quarter = BLOCK * LANES / 4;
        for (int i = 0; i < quarter; i += S.length()) {
            ShortVector four = ShortVector.fromArray(S, ws, at + i);
            put(four.and((short) 15), wide, i);
            put(four.lanewise(VectorOperators.LSHR, 4).and((short) 15), wide, i + quarter);
            put(four.lanewise(VectorOperators.LSHR, 8).and((short) 15), wide, i + 2 * quarter);
            put(four.lanewise(VectorOperators.LSHR, 12), wide, i + 3 * quarter);
        }
    }

    private static void put(ShortVector numbers, float[] wide, int at) {
        ((FloatVector) numbers.sub((short) 8).convertShape(VectorOperators.S2F, F, 0)).intoArray(wide, at);
    }

    /** More tokens would be more than the JIT inlines, and vectors would become objects. */
    private void group(float[] ws, Activations inputs, int[] rows, int i, int b) {
        float[] xs = inputs.wholes();
        int columns = inputs.width();
        int x0 = rows[i] * columns + b * BLOCK;
        int x1 = rows[i + 1] * columns + b * BLOCK;
        int x2 = rows[i + 2] * columns + b * BLOCK;
        int x3 = rows[i + 3] * columns + b * BLOCK;
        FloatVector a0 = FloatVector.zero(F);
        FloatVector b0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector b1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        FloatVector b2 = FloatVector.zero(F);
        FloatVector a3 = FloatVector.zero(F);
        FloatVector b3 = FloatVector.zero(F);
        for (int k = 0; k < BLOCK; k++) {
            FloatVector v = FloatVector.fromArray(F, ws, k * LANES);
            FloatVector u = FloatVector.fromArray(F, ws, k * LANES + LANES / 2);
            FloatVector by = FloatVector.broadcast(F, xs[x0 + k]);
            a0 = v.fma(by, a0);
            b0 = u.fma(by, b0);
            by = FloatVector.broadcast(F, xs[x1 + k]);
            a1 = v.fma(by, a1);
            b1 = u.fma(by, b1);
            by = FloatVector.broadcast(F, xs[x2 + k]);
            a2 = v.fma(by, a2);
            b2 = u.fma(by, b2);
            by = FloatVector.broadcast(F, xs[x3 + k]);
            a3 = v.fma(by, a3);
            b3 = u.fma(by, b3);
        }
        float[] xScales = inputs.scales();
        add(i * LANES, a0, b0, xScales[x0 / BLOCK]);
        add(i * LANES + LANES, a1, b1, xScales[x1 / BLOCK]);
        add(i * LANES + 2 * LANES, a2, b2, xScales[x2 / BLOCK]);
        add(i * LANES + 3 * LANES, a3, b3, xScales[x3 / BLOCK]);
    }

    private void add(int at, FloatVector a, FloatVector b, float scale) {
        FloatVector s = FloatVector.fromArray(F, scales, 0).mul(scale);
        FloatVector t = FloatVector.fromArray(F, scales, LANES / 2).mul(scale);
        a.fma(s, FloatVector.fromArray(F, sums, at)).intoArray(sums, at);
        b.fma(t, FloatVector.fromArray(F, sums, at + LANES / 2)).intoArray(sums, at + LANES / 2);
    }
}
