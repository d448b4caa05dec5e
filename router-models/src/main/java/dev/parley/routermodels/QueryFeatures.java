package dev.parley.routermodels;

import java.util.Optional;

/**
 * A query as the routing models see it. The array must not be changed.
 *
 * @param embedding L2-normalised [dimension]; all zeros if the encoder did not answer in time
 * @param encoder which tier made the embedding, e.g. {@code minilm-l6-q8}, or {@code none}
 * @param profile what the heads read off it, or without an embedding off its words
 * @param followUp whether the query was read together with the turns before it
 */
@SuppressWarnings("ArrayRecordComponent")
public record QueryFeatures(float[] embedding, String encoder, Optional<QueryProfile> profile, boolean followUp) {
    /** Without a profile: a foreign encoder's, or none. */
    public QueryFeatures(float[] embedding, String encoder) {
        this(embedding, encoder, Optional.empty());
    }

    /** Of a query that was read alone. */
    public QueryFeatures(float[] embedding, String encoder, Optional<QueryProfile> profile) {
        this(embedding, encoder, profile, false);
    }

    public boolean embedded() {
        return !encoder.equals("none");
    }
}
