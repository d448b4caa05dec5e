package dev.parley.moe.engine.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The exponential over lanes, within 2 units in the last place for results that are normal numbers; smaller ones become 0. */
final class VectorExp {
    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0.6933594f;
    private static final float LN2_LOW = -2.1219444e-4f;
    private static final float LEAST = -87.3f;
    private static final float MOST = 88.3f;
    /** Adding and subtracting 1.5 * 2^23 rounds to the nearest integer. */
    private static final float ROUNDER = 12582912f;

    private VectorExp() {}

    /** exp(x) = 2^n * exp(r), |r| <= ln 2 / 2; exp(r) by the polynomial of the Cephes library. */
    static FloatVector exp(FloatVector x) {
        FloatVector v = x.min(MOST).max(LEAST);
        FloatVector n = v.mul(LOG2_E).add(ROUNDER).sub(ROUNDER);
        FloatVector r = v.sub(n.mul(LN2_HIGH)).sub(n.mul(LN2_LOW));
        FloatVector p = r.mul(1.9875691e-4f).add(1.3981999e-3f);
        p = p.mul(r).add(8.333452e-3f);
        p = p.mul(r).add(4.1665796e-2f);
        p = p.mul(r).add(0.16666666f);
        p = p.mul(r).add(0.5f);
        p = p.mul(r).mul(r).add(r).add(1f);
        IntVector exponent =
                ((IntVector) n.convert(VectorOperators.F2I, 0)).add(127).lanewise(VectorOperators.LSHL, 23);
        FloatVector result = p.mul(exponent.reinterpretAsFloats());
        return result.blend(0f, x.compare(VectorOperators.LT, LEAST));
    }
}
