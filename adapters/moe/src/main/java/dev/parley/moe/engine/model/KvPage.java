package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;

/**
 * Keys and values of {@link Kernels#PAGE} neighbouring positions in all layers. Keys lie position-fastest [keyWidth, PAGE], values
 * position-slowest [PAGE, valueWidth], so that the kernels read both along their lanes. Latents ({@link ModelShape.Latent}) lie where values
 * do, once.
 *
 * @param keys [layer][keyWidth * PAGE]
 * @param values [layer][PAGE * valueWidth]
 */
@SuppressWarnings("ArrayRecordComponent")
record KvPage(float[][] keys, float[][] values) {

    static KvPage empty(ModelShape shape) {
        int keys = shape.attention().keyWidth() * Kernels.PAGE;
        int values = shape.attention().valueWidth() * Kernels.PAGE;
        return new KvPage(new float[shape.layers()][keys], new float[shape.layers()][values]);
    }

    /** Memory that a page takes. */
    static long bytes(ModelShape shape) {
        long numbers = (long) shape.attention().keyWidth() + shape.attention().valueWidth();
        return numbers * Float.BYTES * shape.layers() * Kernels.PAGE;
    }

    void copyFrom(KvPage other) {
        for (int n = 0; n < keys.length; n++) {
            System.arraycopy(other.keys[n], 0, keys[n], 0, keys[n].length);
            System.arraycopy(other.values[n], 0, values[n], 0, values[n].length);
        }
    }
}
