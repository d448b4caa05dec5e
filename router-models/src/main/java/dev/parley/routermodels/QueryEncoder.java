package dev.parley.routermodels;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Turns queries into features. Thread-safe; never blocks the caller: work runs on the encoder's own bounded pool. */
public interface QueryEncoder extends AutoCloseable {

    /**
     * Features of one query. Never fails for overload or a missed deadline: then the features have no embedding
     * ({@link QueryFeatures#embedded()} is false), so a request is never delayed beyond its budget.
     */
    CompletableFuture<QueryFeatures> encode(Query query, Instant deadline);

    /** Plain embeddings, [n][dimension], for {@code /v1/embeddings} and calibration; fails if the pool is saturated. */
    CompletableFuture<Embedded> embed(List<String> texts);

    /** Queries in a row, up to now, that went without their embedding: overload, a missed deadline, a fault. 0 when all is well. */
    int missed();

    /** Length of an embedding. */
    int dimension();

    /** What computes, for people: model, device, threads. */
    String description();

    /** Waits for running inference (a JVM that exits under a running OrtSession crashes), then frees the session. */
    @Override
    void close();

    /** @param inputTokens of all texts, special tokens included */
    record Embedded(List<float[]> vectors, long inputTokens) {
        public Embedded {
            vectors = List.copyOf(vectors);
        }
    }
}
