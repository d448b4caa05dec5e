package dev.parley.gateway.execute;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Which backends answer. After {@value #TOLERATED} failed requests in a row a backend is left alone for a second, then for twice as long each
 * time, up to a minute; after that one call tries it. Only faults of the backend count, never those of a request. Thread-safe.
 */
public final class BackendHealth {
    private static final int TOLERATED = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Predicate<String> absent;
    private final Map<String, Row> rows = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> running = new ConcurrentHashMap<>();

    public BackendHealth(InstantSource clock) {
        this(clock, backend -> false);
    }

    /** @param absent whether a backend, by its id, is known not to be there just now */
    public BackendHealth(InstantSource clock, Predicate<String> absent) {
        this.clock = clock;
        this.absent = absent;
    }

    /** How a backend fares. */
    public enum State {
        UP,
        DEGRADED,
        DOWN
    }

    public State state(String backend) {
        if (absent.test(backend)) {
            return State.DOWN;
        }
        Row row = rows.get(backend);
        if (row == null || row.failures == 0) {
            return State.UP;
        }
        return clock.instant().isBefore(row.until) ? State.DOWN : State.DEGRADED;
    }

    /** Calls on their way at a backend now. */
    public long running(String backend) {
        LongAdder count = running.get(backend);
        return count == null ? 0 : count.sum();
    }

    void begun(String backend) {
        LongAdder count = running.get(backend);
        (count == null ? running.computeIfAbsent(backend, id -> new LongAdder()) : count).increment();
    }

    void ended(String backend) {
        LongAdder count = running.get(backend);
        if (count != null) {
            count.decrement();
        }
    }

    /** Whether a call may go there now. */
    boolean open(String backend) {
        return state(backend) != State.DOWN;
    }

    void answered(String backend) {
        rows.remove(backend);
    }

    void failed(String backend) {
        Instant now = clock.instant();
        rows.merge(backend, new Row(1, now), (old, one) -> old.next(now));
    }

    /** @param until no calls before this instant */
    private record Row(int failures, Instant until) {
        Row next(Instant now) {
            int count = failures + 1;
            if (count < TOLERATED) {
                return new Row(count, now);
            }
            long factor = 1L << Math.min(20, count - TOLERATED);
            Duration pause = FIRST_PAUSE.multipliedBy(factor);
            return new Row(count, now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause));
        }
    }
}
