package dev.parley.moe.engine.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this machine: 256 bits where it has them, else 128; and what is done with them in several places. */
final class Lanes {
    private static final boolean WIDE = FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 256;
    static final VectorSpecies<Float> F = WIDE ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
    static final VectorSpecies<Short> S = WIDE ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;
    static final VectorSpecies<Integer> I = WIDE ? IntVector.SPECIES_256 : IntVector.SPECIES_128;
    static final VectorSpecies<Byte> B = WIDE ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    private static final int BLOCK = Activations.BLOCK;
    private static final int HALF = Float.floatToRawIntBits(0.5f);

    private Lanes() {}

    /**
     * The sum of all lanes, always in the same order: {@code reduceLanes} adds in another one once it is compiled, and then what was
     * computed before and after would differ in the last bits.
     */
    static float total(FloatVector v) {
        float[] x = new float[8];
        v.intoArray(x, 0);
        return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7]));
    }

    /** One of {@link Activations#twins} in all lanes. */
    static ShortVector spread(int[] twins, int at) {
        return IntVector.broadcast(I, twins[at]).reinterpretAsShorts();
    }

    /**
     * Rounds block {@code b} half away from zero, as {@link ScalarKernels} does. Floats without their sign bit are ordered as their bits
     * are, and those are compared in one instruction where floats take five.
     */
    static void quantise(Activations x, int b) {
        int from = b * BLOCK;
        int lanes = F.length();
        IntVector most = IntVector.zero(I);
        for (int k = 0; k < BLOCK; k += lanes) {
            IntVector bits = FloatVector.fromArray(F, x.values(), from + k).reinterpretAsInts();
            most = most.max(bits.and(Integer.MAX_VALUE));
        }
        float largest = Float.intBitsToFloat(most.reduceLanes(VectorOperators.MAX));
        float inverse = largest == 0 ? 0 : 127 / largest;
        x.scales()[b] = largest / 127;
        IntVector sum = IntVector.zero(I);
        for (int k = 0; k < BLOCK; k += lanes) {
            FloatVector v = FloatVector.fromArray(F, x.values(), from + k).mul(inverse);
            IntVector half = v.reinterpretAsInts().and(Integer.MIN_VALUE).or(HALF);
            IntVector rounded = (IntVector) v.add(half.reinterpretAsFloats()).convert(VectorOperators.F2I, 0);
            sum = sum.add(rounded);
            ((FloatVector) rounded.convert(VectorOperators.I2F, 0)).intoArray(x.wholes(), from + k);
            rounded.and(0xFFFF).or(rounded.lanewise(VectorOperators.LSHL, 16)).intoArray(x.twins(), from + k);
        }
        x.sums()[b] = sum.reduceLanes(VectorOperators.ADD);
    }
}
