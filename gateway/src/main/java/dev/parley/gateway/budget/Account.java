package dev.parley.gateway.budget;

import dev.parley.config.KeySpec;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Spending of one key within its current period. Periods are aligned to the epoch, so every start of the gateway sees the same ones.
 * A cost belongs to the period in which its request began. Thread-safe, lock-free: one immutable state, swapped.
 */
final class Account {
    private static final AtomicReferenceFieldUpdater<Account, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Account.class, State.class, "state");

    private final long periodMillis;
    private volatile State state;

    /**
     * @param spent nano-USD already spent in the period of {@code now}
     */
    Account(KeySpec.Budget budget, Instant now, long spent) {
        this.periodMillis = Math.max(1, budget.period().toMillis());
        this.state = new State(now.toEpochMilli() / periodMillis, spent, 0);
    }

    static Instant periodStart(KeySpec.Budget budget, Instant now) {
        long period = Math.max(1, budget.period().toMillis());
        return Instant.ofEpochMilli(now.toEpochMilli() / period * period);
    }

    Instant periodEnd(Instant now) {
        return Instant.ofEpochMilli((now.toEpochMilli() / periodMillis + 1) * periodMillis);
    }

    /** Reserves if spending and reservations stay within the cap; -1 if not, else the period to settle in. */
    long reserve(long nanoUsd, long cap, Instant now) {
        while (true) {
            State before = state;
            State here = before.in(now.toEpochMilli() / periodMillis);
            if (nanoUsd > 0 && nanoUsd > cap - here.committed()) {
                return -1;
            }
            State after = new State(here.period, here.spent, here.reserved + nanoUsd);
            if (STATE.compareAndSet(this, before, after)) {
                return here.period;
            }
        }
    }

    /** Replaces a reservation by its cost; does nothing once the period is over. */
    void settle(long period, long reserved, long nanoUsd) {
        while (true) {
            State before = state;
            if (before.period != period) {
                return;
            }
            State after = new State(period, before.spent + nanoUsd, before.reserved - reserved);
            if (STATE.compareAndSet(this, before, after)) {
                return;
            }
        }
    }

    /** Spent in the current period, reservations not included. */
    long spent(Instant now) {
        return state.in(now.toEpochMilli() / periodMillis).spent;
    }

    /** Spent and reserved in the current period. */
    long committed(Instant now) {
        return state.in(now.toEpochMilli() / periodMillis).committed();
    }

    private record State(long period, long spent, long reserved) {
        /** The state as of a period: a later one begins empty; the clock stepping back changes nothing. */
        State in(long now) {
            return now > period ? new State(now, 0, 0) : this;
        }

        long committed() {
            return spent + reserved;
        }
    }
}
