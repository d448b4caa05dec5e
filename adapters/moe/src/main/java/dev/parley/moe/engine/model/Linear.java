package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Selection;

/**
 * A matrix and what is added to its products.
 *
 * @param bias [rows]; empty if nothing is added
 */
@SuppressWarnings("ArrayRecordComponent")
record Linear(Matrix weight, float[] bias) {
    private static final float[] NOTHING = {};

    static Linear plain(Matrix weight) {
        return new Linear(weight, NOTHING);
    }

    int rows() {
        return weight.rows();
    }

    /** Memory it takes. */
    long bytes() {
        return weight.bytes() + (long) Float.BYTES * bias.length;
    }

    /** As {@link Matrix#times}, with the bias. */
    void times(Kernels kernels, Activations x, Selection selection, float[] out) {
        weight.times(kernels, x, selection, out);
        if (bias.length > 0) {
            for (int i = 0; i < selection.size() * bias.length; i++) {
                out[i] += bias[i % bias.length];
            }
        }
    }
}
