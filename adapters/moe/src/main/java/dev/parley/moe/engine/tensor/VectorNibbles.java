package dev.parley.moe.engine.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of interleaved 4-bit weights. Each lane sums a whole block of its row in 16 bits: the numbers are taken as 0 .. 15, and the
 * sum begins at minus 8 times the activations' sum; in between it may wrap around, the result is at most 32 * 8 * 127 and fits.
 */
final class VectorNibbles {
    private static final VectorSpecies<Float> F = VectorDots.F;
    private static final VectorSpecies<Short> S = VectorDots.S;
    private static final int LANES = Matrix.Q4.LANES;
    private static final int BLOCK = Activations.BLOCK;

    private VectorNibbles() {}

    static void times(Matrix.Q4 w, Activations x, Selection selection, float[] out) {
        int strips = Math.ceilDiv(w.rows(), LANES) * (LANES / S.length());
        for (int strip = 0; strip < strips; strip += 2) {
            Strips pair = new Strips(w, Strip.of(strip), Strip.of(Math.min(strip + 1, strips - 1)));
            for (int i = 0; i < selection.size(); i++) {
                pair.times(x, selection.rows()[i], out, i * w.rows());
            }
        }
    }

    /** As many lanes as a vector has: {@code lane} is the first of them within sixteen rows from {@code row} on. */
    private record Strip(int row, int lane) {
        static Strip of(int number) {
            int at = number * S.length();
            return new Strip(at / LANES * LANES, at % LANES);
        }

        /** Lanes of even number hold the rows from this one on, those of odd number the rows 8 further. */
        int firstRow() {
            return row + lane / 2;
        }
    }

    /** Two strips at once: they share the activations' broadcasts, and hide each other's latency. */
    private record Strips(Matrix.Q4 w, Strip a, Strip b) {
        void times(Activations x, int token, float[] out, int to) {
            int blocks = w.blocks();
            int xb = token * blocks;
            int atA = w.scaleAt(a.row(), 0);
            int atB = w.scaleAt(b.row(), 0);
            FloatVector evenA = FloatVector.zero(F);
            FloatVector oddA = evenA;
            FloatVector evenB = evenA;
            FloatVector oddB = evenA;
            for (int n = 0; n < blocks; n++, xb++, atA += LANES, atB += LANES) {
                int sum = x.sums()[xb];
                float scale = x.scales()[xb];
                ShortVector sa = ShortVector.broadcast(S, (short) (-8 * sum));
                ShortVector sb = sa;
                for (int k = 0; k < 8; k++) {
                    int xAt = xb * BLOCK + k;
                    ShortVector va = ShortVector.fromArray(S, w.quants(), (atA * 8) + k * LANES + a.lane());
                    ShortVector vb = ShortVector.fromArray(S, w.quants(), (atB * 8) + k * LANES + b.lane());
                    ShortVector x0 = ShortVector.broadcast(S, x.quants()[xAt]);
                    sa = sa.add(va.and((short) 15).mul(x0));
                    sb = sb.add(vb.and((short) 15).mul(x0));
                    ShortVector x1 = ShortVector.broadcast(S, x.quants()[xAt + 8]);
                    sa = sa.add(nibble(va, 4).mul(x1));
                    sb = sb.add(nibble(vb, 4).mul(x1));
                    ShortVector x2 = ShortVector.broadcast(S, x.quants()[xAt + 16]);
                    sa = sa.add(nibble(va, 8).mul(x2));
                    sb = sb.add(nibble(vb, 8).mul(x2));
                    ShortVector x3 = ShortVector.broadcast(S, x.quants()[xAt + 24]);
                    sa = sa.add(va.lanewise(VectorOperators.LSHR, 12).mul(x3));
                    sb = sb.add(vb.lanewise(VectorOperators.LSHR, 12).mul(x3));
                }
                float shift = sum * scale;
                int half = LANES / 2;
                evenA = added(even(sa), atA + a.lane() / 2, scale, shift, evenA);
                oddA = added(odd(sa), atA + half + a.lane() / 2, scale, shift, oddA);
                evenB = added(even(sb), atB + b.lane() / 2, scale, shift, evenB);
                oddB = added(odd(sb), atB + half + b.lane() / 2, scale, shift, oddB);
            }
            store(evenA, a.firstRow(), out, to);
            store(oddA, a.firstRow() + 8, out, to);
            store(evenB, b.firstRow(), out, to);
            store(oddB, b.firstRow() + 8, out, to);
        }

        /** sum + part * weights' scales * scale + weights' offsets * shift. */
        private FloatVector added(IntVector part, int at, float scale, float shift, FloatVector sum) {
            FloatVector factor = FloatVector.fromArray(F, w.scales(), at).mul(scale);
            FloatVector more = ((FloatVector) part.convert(VectorOperators.I2F, 0)).fma(factor, sum);
            if (w.offsets().length == 0) {
                return more;
            }
            return FloatVector.fromArray(F, w.offsets(), at).fma(FloatVector.broadcast(F, shift), more);
        }

        private void store(FloatVector sums, int row, float[] out, int to) {
            if (row + F.length() <= w.rows()) {
                sums.intoArray(out, to + row);
            } else {
                for (int i = 0; row + i < w.rows(); i++) {
                    out[to + row + i] = sums.lane(i);
                }
            }
        }
    }

    private static ShortVector nibble(ShortVector four, int shift) {
        return four.lanewise(VectorOperators.LSHR, shift).and((short) 15);
    }

    private static IntVector even(ShortVector sums) {
        return sums.reinterpretAsInts().lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
    }

    private static IntVector odd(ShortVector sums) {
        return sums.reinterpretAsInts().lanewise(VectorOperators.ASHR, 16);
    }
}
