package dev.parley.routermodels.onnx;

/** One forward pass of a sentence encoder; thread-safe until closed. */
interface Inference extends AutoCloseable {
    /** Token ids, special tokens included, to an L2-normalised embedding [dimension]. */
    float[] embed(int[] ids);

    int dimension();

    /** No pass may be running. */
    @Override
    void close();
}
