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
    private static final VectorSpecies<Float> F = Lanes.F;
    private static final VectorSpecies<Short> S = Lanes.S;
    private static final int LANES = Matrix.Q4.LANES;
    private static final int BLOCK = Activations.BLOCK;

    private VectorNibbles() {}

    static void times(Matrix.Q4 w, Span span, Activations x, Selection selection, float[] out) {
        int grouped = VectorGroups.times(new VectorGroups.Weights(w), span, x, selection, out);
        for (int r = span.from(); r < span.to(); r += LANES) {
            for (int i = grouped; i < selection.size(); i++) {
                Part part = new Part(out, i * w.rows() + r, w.rows() - r);
                for (int lane = 0; lane < LANES; lane += S.length()) {
                    if (w.offsets().length > 0) {
                        stripWithOffsets(w, w.scaleAt(r, 0), x, selection.rows()[i], part.from(lane / 2));
                    } else {
                        strip(w, w.scaleAt(r, 0), x, selection.rows()[i], part.from(lane / 2));
                    }
                }
            }
        }
    }

    /**
     * As many lanes as a vector has, of the sixteen whose first scale lies at {@code at}. Lanes of even number hold rows from the part's
     * first on, those of odd number the rows 8 further. Kept small: more than the JIT inlines turns vectors into objects.
     */
    private static void strip(Matrix.Q4 w, int at, Activations x, int token, Part part) {
        short[] ws = w.quants();
        int[] xs = x.twins();
        float[] scales = w.scales();
        int blocks = w.blocks();
        int xb = token * blocks;
        int wAt = at * 8 + part.skipped() * 2;
        int scaleAt = at + part.skipped();
        FloatVector evens = FloatVector.zero(F);
        FloatVector odds = FloatVector.zero(F);
        for (int n = 0; n < blocks; n++, xb++, scaleAt += LANES) {
            ShortVector sum = ShortVector.broadcast(S, (short) (-8 * x.sums()[xb]));
            int xAt = xb * BLOCK;
            for (int k = 0; k < 8; k++, xAt++, wAt += LANES) {
                ShortVector four = ShortVector.fromArray(S, ws, wAt);
                sum = sum.add(four.and((short) 15).mul(Lanes.spread(xs, xAt)))
                        .add(nibble(four, 4).mul(Lanes.spread(xs, xAt + 8)))
                        .add(nibble(four, 8).mul(Lanes.spread(xs, xAt + 16)))
                        .add(four.lanewise(VectorOperators.LSHR, 12).mul(Lanes.spread(xs, xAt + 24)));
            }
            float scale = x.scales()[xb];
            evens = added(even(sum), FloatVector.fromArray(F, scales, scaleAt).mul(scale), evens);
            odds = added(
                    odd(sum),
                    FloatVector.fromArray(F, scales, scaleAt + LANES / 2).mul(scale),
                    odds);
        }
        part.store(evens, 0);
        part.store(odds, LANES / 2);
    }

    /** As {@link #strip}, plus the offsets of the rows times the sums of the activations' blocks; apart, to be small. */
    private static void stripWithOffsets(Matrix.Q4 w, int at, Activations x, int token, Part part) {
        short[] ws = w.quants();
        int[] xs = x.twins();
        float[] scales = w.scales();
        float[] offsets = w.offsets();
        int blocks = w.blocks();
        int xb = token * blocks;
        int wAt = at * 8 + part.skipped() * 2;
        int scaleAt = at + part.skipped();
        FloatVector evens = FloatVector.zero(F);
        FloatVector odds = FloatVector.zero(F);
        for (int n = 0; n < blocks; n++, xb++, scaleAt += LANES) {
            ShortVector sum = ShortVector.broadcast(S, (short) (-8 * x.sums()[xb]));
            int xAt = xb * BLOCK;
            for (int k = 0; k < 8; k++, xAt++, wAt += LANES) {
                ShortVector four = ShortVector.fromArray(S, ws, wAt);
                sum = sum.add(four.and((short) 15).mul(Lanes.spread(xs, xAt)))
                        .add(nibble(four, 4).mul(Lanes.spread(xs, xAt + 8)))
                        .add(nibble(four, 8).mul(Lanes.spread(xs, xAt + 16)))
                        .add(four.lanewise(VectorOperators.LSHR, 12).mul(Lanes.spread(xs, xAt + 24)));
            }
            float scale = x.scales()[xb];
            float by = scale * x.sums()[xb];
            evens = FloatVector.fromArray(F, offsets, scaleAt).fma(FloatVector.broadcast(F, by), evens);
            evens = added(even(sum), FloatVector.fromArray(F, scales, scaleAt).mul(scale), evens);
            odds = FloatVector.fromArray(F, offsets, scaleAt + LANES / 2).fma(FloatVector.broadcast(F, by), odds);
            odds = added(
                    odd(sum),
                    FloatVector.fromArray(F, scales, scaleAt + LANES / 2).mul(scale),
                    odds);
        }
        part.store(evens, 0);
        part.store(odds, LANES / 2);
    }

    private static FloatVector added(IntVector part, FloatVector scale, FloatVector sum) {
        return ((FloatVector) part.convert(VectorOperators.I2F, 0)).fma(scale, sum);
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
