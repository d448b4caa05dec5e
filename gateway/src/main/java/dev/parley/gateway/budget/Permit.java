package dev.parley.gateway.budget;

/** Admission of one request: money and tokens are reserved until it is settled or released, exactly once; further calls do nothing. */
public interface Permit {
    /** The request cost this much. */
    void settle(long nanoUsd, long tokens);

    /** The same request needs more: throws as {@link Admission#admit} does, and then keeps what it had. Not once it has ended. */
    void extend(Estimate more);

    /** The request cost nothing. */
    void release();
}
