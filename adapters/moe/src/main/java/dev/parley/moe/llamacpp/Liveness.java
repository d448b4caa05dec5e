package dev.parley.moe.llamacpp;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Ends a child that hangs: one that owes an answer and has not computed for as long as it is given patience, or has computed on it for an
 * hour. Whether it computes is told by its processor time, so a step may take as long as a large model needs. Thread-safe.
 */
final class Liveness {
    private static final Duration MOST = Duration.ofHours(1);
    /** A hundredth of the time on a processor is computing, or reading a file slowly; a JVM that only waits takes less. */
    private static final int LITTLE = 100;

    private final Process process;
    private final Duration patience;
    private long asked; // by the asking thread
    private volatile long question; // odd while an answer is owed
    private volatile String verdict = "";

    Liveness(Process process, Duration patience) {
        this.process = process;
        this.patience = patience;
        Thread.ofVirtual().name("parley-llamacpp-liveness").start(this::watch);
    }

    /** The child owes an answer from now on, or none. Only the asking thread says so. */
    void owes(boolean answer) {
        asked += answer == (asked % 2 == 1) ? 0 : 1;
        question = asked;
    }

    /** Why the child was ended here; empty if it was not. */
    Optional<String> verdict() {
        return Optional.of(verdict).filter(why -> !why.isEmpty());
    }

    private void watch() {
        long last = -1;
        long computed = -1; // processor time at seenAt; -1 for a new question
        long askedAt = 0;
        long seenAt = 0;
        while (!ended()) {
            long now = System.nanoTime();
            long current = question;
            long used = processorNanos();
            if (current != last) {
                last = current;
                askedAt = now;
                computed = -1;
            }
            if (computed < 0 || used - computed >= patience.toNanos() / LITTLE) {
                computed = used;
                seenAt = now;
            }
            if (current % 2 == 1 && now - seenAt > patience.toNanos()) {
                end("it was ended because it neither answered nor computed for " + patience.toMillis() + " ms");
            } else if (current % 2 == 1 && now - askedAt > MOST.toNanos()) {
                end("it was ended because it computed for an hour without an answer");
            }
        }
    }

    private boolean ended() {
        try {
            return process.waitFor(patience.toNanos() / 4, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Where it is not told, 0: then only an answer shows that the child lives. */
    private long processorNanos() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    private void end(String why) {
        verdict = why;
        process.destroyForcibly();
    }
}
