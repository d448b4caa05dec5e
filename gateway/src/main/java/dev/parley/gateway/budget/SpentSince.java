package dev.parley.gateway.budget;

import java.time.Instant;

/** What a key has spent since an instant, in nano-USD, read from the outcome log at start. May block. */
@FunctionalInterface
public interface SpentSince {
    long spent(String keyId, Instant since);

    /** Nothing is remembered. */
    static SpentSince nothing() {
        return (keyId, since) -> 0;
    }
}
