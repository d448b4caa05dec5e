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
    private static final VectorSpecies<Short> S = WIDE ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;
    private static final VectorSpecies<Short> S_HALF = WIDE ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
    private static final VectorSpecies<Byte> B = WIDE ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    private static final int SL = S.length();
    private static final int BLOCK = Activations.BLOCK;

    private VectorDots() {}

    /** A product in the making: {@code tokens} are the chosen rows of {@code x}. */
    @SuppressWarnings("ArrayRecordComponent")
    record Product(Matrix.Q8 w, Activations x, int[] tokens, float[] out) {
        int blocks() {
            return w.columns() / BLOCK;
        }
    }

    /** Row {@code r} with the {@code i}-th token. */
    static void one(Product product, int r, int i) {
        int blocks = product.blocks();
        int w = r * blocks;
        int x = product.tokens[i] * blocks;
        FloatVector sum = FloatVector.zero(F);
        for (int b = 0; b < blocks; b++) {
            sum = block(product, w + b, x + b, sum);
        }
        product.out[i * product.w.rows() + r] = sum.reduceLanes(VectorOperators.ADD);
    }

    /** Rows {@code r .. r + 3} with the {@code i}-th token: four independent sums hide the latency. */
    static void rows4(Product product, int r, int i) {
        int blocks = product.blocks();
        int w0 = r * blocks;
        int w1 = w0 + blocks;
        int w2 = w1 + blocks;
        int w3 = w2 + blocks;
        int x = product.tokens[i] * blocks;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int b = 0; b < blocks; b++) {
            s0 = block(product, w0 + b, x + b, s0);
            s1 = block(product, w1 + b, x + b, s1);
            s2 = block(product, w2 + b, x + b, s2);
            s3 = block(product, w3 + b, x + b, s3);
        }
        int o = i * product.w.rows() + r;
        product.out[o] = s0.reduceLanes(VectorOperators.ADD);
        product.out[o + 1] = s1.reduceLanes(VectorOperators.ADD);
        product.out[o + 2] = s2.reduceLanes(VectorOperators.ADD);
        product.out[o + 3] = s3.reduceLanes(VectorOperators.ADD);
    }

    /** sum + weights of block {@code w} times activations of block {@code x}, before the lanes are added up. */
    private static FloatVector block(Product product, int w, int x, FloatVector sum) {
        byte[] quants = product.w.quants();
        short[] xs = product.x.quants();
        IntVector part = pair(quants, w * BLOCK, xs, x * BLOCK);
        if (!WIDE) {
            part = part.add(pair(quants, w * BLOCK + 2 * SL, xs, x * BLOCK + 2 * SL));
        }
        float scale = product.w.scales()[w] * product.x.scales()[x];
        return ((FloatVector) part.convert(VectorOperators.I2F, 0)).fma(FloatVector.broadcast(F, scale), sum);
    }

    /** Neighbouring shorts are added by shifts within their int: converting the upper half of a vector is not compiled to one. */
    private static IntVector pair(byte[] w, int wAt, short[] x, int xAt) {
        IntVector s = load(w, wAt)
                .mul(ShortVector.fromArray(S, x, xAt))
                .add(load(w, wAt + SL).mul(ShortVector.fromArray(S, x, xAt + SL)))
                .reinterpretAsInts();
        IntVector even = s.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
        return even.add(s.lanewise(VectorOperators.ASHR, 16));
    }

    private static ShortVector load(byte[] w, int at) {
        return (ShortVector) ByteVector.fromArray(B, w, at).convertShape(VectorOperators.B2S, S, 0);
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
