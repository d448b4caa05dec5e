package dev.parley.gateway.budget;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket of one minute's allowance, kept as one number: the time at which the bucket would be full again. Time comes in as
 * an argument. Thread-safe, lock-free. Source: the generic cell rate algorithm (ITU-T I.371).
 */
final class RateMeter {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private static final double LONGEST = Duration.ofDays(365).toNanos();

    private final long perMinute;
    private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);

    /** {@code Long.MAX_VALUE} for no limit. */
    RateMeter(long perMinute) {
        this.perMinute = perMinute;
    }

    boolean limited() {
        return perMinute != Long.MAX_VALUE;
    }

    long perMinute() {
        return perMinute;
    }

    /**
     * Takes {@code amount} if it is there: zero; else how long to wait for it. An amount above the whole allowance is taken from a
     * full bucket, which then stays empty for as long as the excess needs.
     */
    Duration take(long amount, long now) {
        if (!limited()) {
            return Duration.ZERO;
        }
        long cost = nanos(amount);
        while (true) {
            long before = fullAt.get();
            long start = Math.max(before, now);
            long wait = start + Math.min(cost, MINUTE) - now - MINUTE;
            if (wait > 0) {
                return Duration.ofNanos(wait);
            }
            if (fullAt.compareAndSet(before, start + cost)) {
                return Duration.ZERO;
            }
        }
    }

    /** Gives back (positive) or takes further (negative) what an estimate got wrong; may leave the bucket in debt. */
    void giveBack(long amount) {
        if (limited() && amount != 0) {
            fullAt.addAndGet(amount > 0 ? -nanos(amount) : nanos(-amount));
        }
    }

    Rates.Rate state(long now) {
        long used = Math.max(0, fullAt.get() - now);
        long free = Math.max(0, MINUTE - used);
        long remaining = (long) ((double) free / MINUTE * perMinute);
        return new Rates.Rate(limited(), perMinute, limited() ? remaining : Long.MAX_VALUE, Duration.ofNanos(used));
    }

    /** Time in which {@code amount} flows in, rounded up so that rounding never gives more than the limit. */
    private long nanos(long amount) {
        return (long) Math.min(Math.ceil((double) amount * MINUTE / perMinute), LONGEST);
    }
}
