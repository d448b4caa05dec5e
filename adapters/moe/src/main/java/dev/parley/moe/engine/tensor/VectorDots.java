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
    static final VectorSpecies<Short> S = WIDE ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;
    private static final VectorSpecies<Short> S_HALF = WIDE ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
    private static final VectorSpecies<Byte> B = WIDE ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    private static final int SL = S.length();
    private static final int BLOCK = Activations.BLOCK;

    private VectorDots() {}

    /**
     * The sum of all lanes, always in the same order: {@code reduceLanes} adds in another one once it is compiled, and then what was
     * computed before and after would differ in the last bits.
     */
    static float total(FloatVector v) {
        float[] x = new float[8];
        v.intoArray(x, 0);
        return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7]));
    }

    /** A product in the making: {@code tokens} are the chosen rows of {@code x}. */
    @SuppressWarnings("ArrayRecordComponent")
    record Product(Matrix.Q8 w, Activations x, int[] tokens, float[] out) {
        int blocks() {
            return w.columns() / BLOCK;
        }
    }

    /** Row {@code r} with the {@code i}-th token. */
    static void one(Product product, int r, int i) {
        byte[] ws = product.w.quants();
        float[] wScales = product.w.scales();
        short[] xs = product.x.quants();
        float[] xScales = product.x.scales();
        int blocks = product.blocks();
        int w = r * blocks;
        int x = product.tokens[i] * blocks;
        FloatVector sum = FloatVector.zero(F);
        for (int b = 0; b < blocks; b++, w++, x++) {
            sum = added(block(ws, w * BLOCK, xs, x * BLOCK), wScales[w] * xScales[x], sum);
        }
        product.out[i * product.w.rows() + r] = total(sum);
    }

    /**
     * Rows {@code r} and {@code r + 1} with the {@code i}-th token: two independent sums hide the latency. Four would be more than the
     * JIT inlines, and vectors would become objects.
     */
    static void rows2(Product product, int r, int i) {
        byte[] ws = product.w.quants();
        float[] wScales = product.w.scales();
        short[] xs = product.x.quants();
        float[] xScales = product.x.scales();
        int blocks = product.blocks();
        int w = r * blocks;
        int x = product.tokens[i] * blocks;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        for (int b = 0; b < blocks; b++, w++, x++) {
            int xAt = x * BLOCK;
            float scale = xScales[x];
            s0 = added(block(ws, w * BLOCK, xs, xAt), wScales[w] * scale, s0);
            s1 = added(block(ws, (w + blocks) * BLOCK, xs, xAt), wScales[w + blocks] * scale, s1);
        }
        int o = i * product.w.rows() + r;
        product.out[o] = total(s0);
        product.out[o + 1] = total(s1);
    }

    /** Row {@code r} with the {@code i}-th token, a scale for each half of a block. */
    static void oneByHalves(Product product, int r, int i) {
        byte[] ws = product.w.quants();
        float[] wScales = product.w.scales();
        short[] xs = product.x.quants();
        float[] xScales = product.x.scales();
        int blocks = product.blocks();
        int w = r * blocks;
        int x = product.tokens[i] * blocks;
        FloatVector even = FloatVector.zero(F);
        FloatVector odd = FloatVector.zero(F);
        for (int b = 0; b < blocks; b++, w++, x++) {
            float scale = xScales[x];
            even = added(half(ws, w * BLOCK, xs, x * BLOCK), wScales[2 * w] * scale, even);
            odd = added(half(ws, w * BLOCK + 16, xs, x * BLOCK + 16), wScales[2 * w + 1] * scale, odd);
        }
        product.out[i * product.w.rows() + r] = total(even.add(odd));
    }

    private static FloatVector added(IntVector part, float scale, FloatVector sum) {
        return ((FloatVector) part.convert(VectorOperators.I2F, 0)).fma(FloatVector.broadcast(F, scale), sum);
    }

    /** 32 weights times as many activations, before the lanes are added up. */
    private static IntVector block(byte[] w, int wAt, short[] x, int xAt) {
        IntVector part = pair(w, wAt, x, xAt);
        return WIDE ? part : part.add(pair(w, wAt + 2 * SL, x, xAt + 2 * SL));
    }

    /** 16 weights times as many activations, before the lanes are added up. */
    private static IntVector half(byte[] w, int wAt, short[] x, int xAt) {
        ShortVector s = load(w, wAt).mul(ShortVector.fromArray(S, x, xAt));
        return pairs(WIDE ? s : s.add(load(w, wAt + SL).mul(ShortVector.fromArray(S, x, xAt + SL))));
    }

    private static IntVector pair(byte[] w, int wAt, short[] x, int xAt) {
        return pairs(load(w, wAt)
                .mul(ShortVector.fromArray(S, x, xAt))
                .add(load(w, wAt + SL).mul(ShortVector.fromArray(S, x, xAt + SL))));
    }

    /** Neighbouring shorts are added by shifts within their int: converting the upper half of a vector is not compiled to one. */
    private static IntVector pairs(ShortVector shorts) {
        IntVector s = shorts.reinterpretAsInts();
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
        IntVector sum = IntVector.zero(F.length() == 8 ? IntVector.SPECIES_256 : IntVector.SPECIES_128);
        for (int k = 0; k < BLOCK; k += lanes) {
            FloatVector v = FloatVector.fromArray(F, x.values(), from + k).mul(inverse);
            FloatVector half = FloatVector.broadcast(F, 0.5f).blend(-0.5f, v.compare(VectorOperators.LT, 0f));
            IntVector rounded = (IntVector) v.add(half).convert(VectorOperators.F2I, 0);
            sum = sum.add(rounded);
            ((ShortVector) rounded.convertShape(VectorOperators.I2S, S_HALF, 0)).intoArray(x.quants(), from + k);
        }
        x.sums()[b] = sum.reduceLanes(VectorOperators.ADD);
    }
}
