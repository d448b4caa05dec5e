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
        IntVector sum = IntVector.zero(I);
        for (int k = 0; k < BLOCK; k += lanes) {
            FloatVector v = FloatVector.fromArray(F, x.values(), from + k).mul(inverse);
            FloatVector half = FloatVector.broadcast(F, 0.5f).blend(-0.5f, v.compare(VectorOperators.LT, 0f));
            IntVector rounded = (IntVector) v.add(half).convert(VectorOperators.F2I, 0);
            sum = sum.add(rounded);
            ((FloatVector) rounded.convert(VectorOperators.I2F, 0)).intoArray(x.wholes(), from + k);
            rounded.and(0xFFFF).or(rounded.lanewise(VectorOperators.LSHL, 16)).intoArray(x.twins(), from + k);
        }
        x.sums()[b] = sum.reduceLanes(VectorOperators.ADD);
    }
}
