package dev.parley.gateway.observe;

import io.micrometer.core.instrument.Clock;

/**
 * The time as of what was counted last. Micrometer asks for it several times for each figure of a request, to let go of old maxima, for
 * which to the second is exact enough. Thread-safe.
 */
final class LatestTime implements Clock {
    private volatile long millis = System.currentTimeMillis();

    /** Milliseconds since the epoch. */
    void reached(long now) {
        millis = now;
    }

    @Override
    public long wallTime() {
        return millis;
    }

    @Override
    public long monotonicTime() {
        return System.nanoTime();
    }
}
