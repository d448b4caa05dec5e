package dev.parley.moe.engine.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of 8-bit weights with 8-bit activations. Both are at most 128 in size, so the sum of two products fits a short: two
 * multiplications, one addition, and only then the widening to ints. 256-bit vectors where the machine has them, else 128.
 */
final class VectorDots {
    private static final boolean WIDE = FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 256;
    static final VectorSpecies<Float> F = WIDE ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
    private static final VectorSpecies<Integer> I = WIDE ? IntVector.SPECIES_256 : IntVector.SPECIES_128;
    private static final VectorSpecies<Short> S = WIDE ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;
    private static final VectorSpecies<Short> S_HALF = WIDE ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
    private static final VectorSpecies<Byte> B = WIDE ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    private static final int SL = S.length();
    private static final int BLOCK = Activations.BLOCK;

    private VectorDots() {}

    /** Four neighbouring tokens of a selection, whose results share each load of a weight. */
    @SuppressWarnings("ArrayRecordComponent")
    record Tile(Matrix.Q8 w, Activations x, int[] tokens, float[] out) {}

    static float dot(Matrix.Q8 w, int r, Activations x, int token) {
        int blocks = w.columns() / BLOCK;
        int wBlock = r * blocks;
        int xBlock = token * blocks;
        FloatVector sum = FloatVector.zero(F);
        for (int b = 0; b < blocks; b++) {
            int wAt = (wBlock + b) * BLOCK;
            int xAt = (xBlock + b) * BLOCK;
            IntVector part = IntVector.zero(I);
            for (int k = 0; k < BLOCK; k += 2 * SL) {
                part = part.add(pair(load(w, wAt + k), load(w, wAt + k + SL), x.quants(), xAt + k));
            }
            sum = scaled(part, w.scales()[wBlock + b] * x.scales()[xBlock + b], sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    static void dot4(Tile t, int r, int i) {
        Matrix.Q8 w = t.w();
        int blocks = w.columns() / BLOCK;
        int wBlock = r * blocks;
        short[] q = t.x().quants();
        float[] scales = t.x().scales();
        int x0 = t.tokens()[i] * blocks;
        int x1 = t.tokens()[i + 1] * blocks;
        int x2 = t.tokens()[i + 2] * blocks;
        int x3 = t.tokens()[i + 3] * blocks;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int b = 0; b < blocks; b++) {
            IntVector p0 = IntVector.zero(I);
            IntVector p1 = p0;
            IntVector p2 = p0;
            IntVector p3 = p0;
            for (int k = 0; k < BLOCK; k += 2 * SL) {
                ShortVector w0 = load(w, (wBlock + b) * BLOCK + k);
                ShortVector w1 = load(w, (wBlock + b) * BLOCK + k + SL);
                p0 = p0.add(pair(w0, w1, q, (x0 + b) * BLOCK + k));
                p1 = p1.add(pair(w0, w1, q, (x1 + b) * BLOCK + k));
                p2 = p2.add(pair(w0, w1, q, (x2 + b) * BLOCK + k));
                p3 = p3.add(pair(w0, w1, q, (x3 + b) * BLOCK + k));
            }
            float scale = w.scales()[wBlock + b];
            s0 = scaled(p0, scale * scales[x0 + b], s0);
            s1 = scaled(p1, scale * scales[x1 + b], s1);
            s2 = scaled(p2, scale * scales[x2 + b], s2);
            s3 = scaled(p3, scale * scales[x3 + b], s3);
        }
        int rows = w.rows();
        int o = i * rows + r;
        t.out()[o] = s0.reduceLanes(VectorOperators.ADD);
        t.out()[o + rows] = s1.reduceLanes(VectorOperators.ADD);
        t.out()[o + 2 * rows] = s2.reduceLanes(VectorOperators.ADD);
        t.out()[o + 3 * rows] = s3.reduceLanes(VectorOperators.ADD);
    }

    private static ShortVector load(Matrix.Q8 w, int at) {
        return (ShortVector) ByteVector.fromArray(B, w.quants(), at).convertShape(VectorOperators.B2S, S, 0);
    }

    private static IntVector pair(ShortVector w0, ShortVector w1, short[] q, int at) {
        ShortVector s = w0.mul(ShortVector.fromArray(S, q, at)).add(w1.mul(ShortVector.fromArray(S, q, at + SL)));
        IntVector low = (IntVector) s.convertShape(VectorOperators.S2I, I, 0);
        return low.add(s.convertShape(VectorOperators.S2I, I, 1));
    }

    private static FloatVector scaled(IntVector part, float scale, FloatVector sum) {
        return ((FloatVector) part.convert(VectorOperators.I2F, 0)).fma(FloatVector.broadcast(F, scale), sum);
    }

    /** Rounds block {@code b} half away from zero, as {@link ScalarKernels} does. */
    static void quantise(Activations x, int b) {
        int from = b * BLOCK;
        int lanes = F.length();
        FloatVector most = FloatVector.zero(F);
        for (int k = 0; k < BLOCK; k += lanes) {
            most = most.max(FloatVector.fromArray(F, x.values(), from + k).abs());
        }
        float largest = most.reduceLanes(VectorOperators.MAX);
        float inverse = largest == 0 ? 0 : 127 / largest;
        x.scales()[b] = largest / 127;
        for (int k = 0; k < BLOCK; k += lanes) {
            FloatVector v = FloatVector.fromArray(F, x.values(), from + k).mul(inverse);
            FloatVector half = FloatVector.broadcast(F, 0.5f).blend(-0.5f, v.compare(VectorOperators.LT, 0f));
            IntVector rounded = (IntVector) v.add(half).convert(VectorOperators.F2I, 0);
            ((ShortVector) rounded.convertShape(VectorOperators.I2S, S_HALF, 0)).intoArray(x.quants(), from + k);
        }
    }
}
