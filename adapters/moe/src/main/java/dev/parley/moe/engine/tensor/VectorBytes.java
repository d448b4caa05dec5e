package dev.parley.moe.engine.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of interleaved 8-bit weights, a lane for each row. Two products of 8 bits fit a short; the sum of such pairs over a block does
 * not, but it is known from two sums that do: of the pairs modulo 2^16, and of the pairs' upper bytes. That takes three instructions a
 * pair, widening each pair would take five.
 */
final class VectorBytes {
    private static final VectorSpecies<Float> F = Lanes.F;
    private static final VectorSpecies<Short> S = Lanes.S;
    private static final VectorSpecies<Byte> B = Lanes.B;
    private static final int LANES = Matrix.Q8.LANES;
    private static final int BLOCK = Activations.BLOCK;
    private static final int HALF = BLOCK / 2;

    private VectorBytes() {}

    static void times(Matrix.Q8 w, Span span, Activations x, Selection selection, float[] out) {
        int grouped = w.block() == BLOCK ? VectorGroups.times(new VectorGroups.Weights(w), span, x, selection, out) : 0;
        for (int r = span.from(); r < span.to(); r += LANES) {
            for (int i = grouped; i < selection.size(); i++) {
                Part part = new Part(out, i * w.rows() + r, w.rows() - r);
                for (int lane = 0; lane < LANES; lane += S.length()) {
                    if (w.block() == BLOCK) {
                        strip(w, r, x, selection.rows()[i], part.from(lane / 2));
                    } else {
                        stripByHalves(w, r, x, selection.rows()[i], part.from(lane / 2));
                    }
                }
            }
        }
    }

    /**
     * As many lanes as a vector has, of the sixteen rows from {@code r} on. Lanes of even number hold rows from the part's first on,
     * those of odd number the rows 8 further. Kept small: more than the JIT inlines turns vectors into objects.
     */
    private static void strip(Matrix.Q8 w, int r, Activations x, int token, Part part) {
        byte[] ws = w.quants();
        float[] scales = w.scales();
        int[] xs = x.twins();
        float[] xScales = x.scales();
        int blocks = w.columns() / BLOCK;
        int wAt = r * w.columns() + 2 * part.skipped();
        int xAt = token * w.columns();
        int scaleAt = r * blocks + part.skipped();
        FloatVector evens = FloatVector.zero(F);
        FloatVector odds = FloatVector.zero(F);
        for (int b = token * blocks; b < (token + 1) * blocks; b++, scaleAt += LANES) {
            ShortVector all = ShortVector.zero(S);
            ShortVector upper = ShortVector.zero(S);
            for (int k = 0; k < BLOCK; k += 2, xAt += 2, wAt += 2 * LANES) {
                ShortVector pair = pair(ws, wAt, xs, xAt);
                all = all.add(pair);
                upper = upper.add(pair.lanewise(VectorOperators.ASHR, 8));
            }
            ShortVector lower = lower(all, upper);
            evens = added(
                    even(upper, lower),
                    FloatVector.fromArray(F, scales, scaleAt).mul(xScales[b]),
                    evens);
            odds = added(
                    odd(upper, lower),
                    FloatVector.fromArray(F, scales, scaleAt + LANES / 2).mul(xScales[b]),
                    odds);
        }
        part.store(evens, 0);
        part.store(odds, LANES / 2);
    }

    /** As {@link #strip}, with a scale for each half of a block; apart, because loops of known length are faster. */
    private static void stripByHalves(Matrix.Q8 w, int r, Activations x, int token, Part part) {
        byte[] ws = w.quants();
        float[] scales = w.scales();
        int[] xs = x.twins();
        float[] xScales = x.scales();
        int halves = w.columns() / HALF;
        int wAt = r * w.columns() + 2 * part.skipped();
        int xAt = token * w.columns();
        int scaleAt = r * halves + part.skipped();
        FloatVector evens = FloatVector.zero(F);
        FloatVector odds = FloatVector.zero(F);
        for (int h = token * halves; h < (token + 1) * halves; h++, scaleAt += LANES) {
            ShortVector all = ShortVector.zero(S);
            ShortVector upper = ShortVector.zero(S);
            for (int k = 0; k < HALF; k += 2, xAt += 2, wAt += 2 * LANES) {
                ShortVector pair = pair(ws, wAt, xs, xAt);
                all = all.add(pair);
                upper = upper.add(pair.lanewise(VectorOperators.ASHR, 8));
            }
            ShortVector lower = lower(all, upper);
            float scale = xScales[h / 2];
            evens = added(
                    even(upper, lower),
                    FloatVector.fromArray(F, scales, scaleAt).mul(scale),
                    evens);
            odds = added(
                    odd(upper, lower),
                    FloatVector.fromArray(F, scales, scaleAt + LANES / 2).mul(scale),
                    odds);
        }
        part.store(evens, 0);
        part.store(odds, LANES / 2);
    }

    private static ShortVector pair(byte[] ws, int wAt, int[] xs, int xAt) {
        return load(ws, wAt)
                .mul(Lanes.spread(xs, xAt))
                .add(load(ws, wAt + LANES).mul(Lanes.spread(xs, xAt + 1)));
    }

    /** What the pairs' lower bytes sum up to, 0 .. 255 each. */
    private static ShortVector lower(ShortVector all, ShortVector upper) {
        return all.sub(upper.lanewise(VectorOperators.LSHL, 8));
    }

    private static ShortVector load(byte[] w, int at) {
        return (ShortVector) ByteVector.fromArray(B, w, at).convertShape(VectorOperators.B2S, S, 0);
    }

    /** 256 upper + lower of the even lanes. */
    private static IntVector even(ShortVector upper, ShortVector lower) {
        IntVector high =
                upper.reinterpretAsInts().lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 8);
        return high.add(lower.reinterpretAsInts().and(0xFFFF));
    }

    private static IntVector odd(ShortVector upper, ShortVector lower) {
        IntVector high = upper.reinterpretAsInts().and(0xFFFF0000).lanewise(VectorOperators.ASHR, 8);
        return high.add(lower.reinterpretAsInts().lanewise(VectorOperators.LSHR, 16));
    }

    private static FloatVector added(IntVector part, FloatVector scale, FloatVector sum) {
        return ((FloatVector) part.convert(VectorOperators.I2F, 0)).fma(scale, sum);
    }
}
