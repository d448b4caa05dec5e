package dev.parley.moe.engine.generate;

/** A running answer. Thread-safe. */
public interface Generation {
    /** Stops the answer: it leaves the queue at once, or the batch before the next step. Calling again, or late, does nothing. */
    void cancel();
}
