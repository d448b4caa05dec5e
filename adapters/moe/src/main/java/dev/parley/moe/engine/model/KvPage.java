package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;

/**
 * Keys and values of {@link Kernels#PAGE} neighbouring positions in all layers. Keys lie position-fastest [kvWidth, PAGE], values
 * position-slowest [PAGE, kvWidth], so that the kernels read both along their lanes.
 *
 * @param keys [layer][kvWidth * PAGE]
 * @param values [layer][PAGE * kvWidth]
 */
@SuppressWarnings("ArrayRecordComponent")
record KvPage(float[][] keys, float[][] values) {

    static KvPage empty(ModelShape shape) {
        int size = shape.heads().sharedWidth() * Kernels.PAGE;
        return new KvPage(new float[shape.layers()][size], new float[shape.layers()][size]);
    }

    /** Memory that a page takes. */
    static long bytes(ModelShape shape) {
        return 2L * Float.BYTES * shape.layers() * shape.heads().sharedWidth() * Kernels.PAGE;
    }

    void copyFrom(KvPage other) {
        for (int n = 0; n < keys.length; n++) {
            System.arraycopy(other.keys[n], 0, keys[n], 0, keys[n].length);
            System.arraycopy(other.values[n], 0, values[n], 0, values[n].length);
        }
    }
}
