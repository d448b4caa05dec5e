package dev.parley.gateway.record;

import java.util.concurrent.CompletableFuture;

/** What waits for the writer. */
sealed interface Entry {
    record Kept(Outcome outcome) implements Entry {}

    /** Completes with whether the decision is known, once the feedback is committed. */
    record Said(OutcomeLog.Feedback feedback, CompletableFuture<Boolean> known) implements Entry {}

    /** Completes once all entries before it are committed. */
    record Barrier(CompletableFuture<Boolean> reached) implements Entry {}
}
