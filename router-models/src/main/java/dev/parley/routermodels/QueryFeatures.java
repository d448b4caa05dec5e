package dev.parley.routermodels;

/**
 * A query as the routing models see it. The array must not be changed.
 *
 * @param embedding L2-normalised [dimension]; all zeros if the encoder did not answer in time
 * @param encoder which tier made the embedding, e.g. {@code minilm-l6-q8}, or {@code none}
 */
@SuppressWarnings("ArrayRecordComponent")
public record QueryFeatures(float[] embedding, String encoder) {
    public boolean embedded() {
        return !encoder.equals("none");
    }
}
