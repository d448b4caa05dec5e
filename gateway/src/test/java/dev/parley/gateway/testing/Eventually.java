package dev.parley.gateway.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for what other threads or processes bring about: looks again and again, up to a deadline. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN = Duration.ofMillis(10);

    private Eventually() {}

    /** The first value as wished; fails with the last one seen if none comes in time. */
    public static <T> T get(Callable<T> source, Predicate<T> wished) throws Exception {
        return get(PATIENCE, source, wished);
    }

    public static <T> T get(Duration patience, Callable<T> source, Predicate<T> wished) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            T seen = source.call();
            if (wished.test(seen)) {
                return seen;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + patience + "; the last seen: " + seen);
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }
}
