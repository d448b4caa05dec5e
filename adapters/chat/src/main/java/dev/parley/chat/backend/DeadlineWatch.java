package dev.parley.chat.backend;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Looks after limits of time of many short calls with one coarse timer for all, instead of a timer each: a timer per request costs
 * system calls on epoll (the nearest deadline changes with each). Exact to {@link #TICK_MILLIS}. Runs only while something is
 * watched. Belongs to one event loop.
 */
public final class DeadlineWatch {
    /** How late a limit may be noticed. */
    public static final long TICK_MILLIS = 50;

    private final Vertx vertx;
    private final LongSupplier nanoClock;
    private final List<Ticket> tickets = new ArrayList<>();
    private boolean ticking;

    public DeadlineWatch(Vertx vertx, LongSupplier nanoClock) {
        this.vertx = vertx;
        this.nanoClock = nanoClock;
    }

    /** Nanoseconds of the clock used; only differences mean something. */
    public long now() {
        return nanoClock.getAsLong();
    }

    /** Calls {@code check} every tick until the ticket is closed. */
    public Ticket watch(Check check) {
        Ticket ticket = new Ticket(check, tickets.size());
        tickets.add(ticket);
        if (!ticking) {
            ticking = true;
            vertx.setTimer(TICK_MILLIS, id -> tick());
        }
        return ticket;
    }

    private void tick() {
        long now = now();
        // Downwards, because closing a ticket moves the last one, already visited, into its place.
        for (int i = tickets.size() - 1; i >= 0; i--) {
            if (i < tickets.size()) {
                tickets.get(i).check.at(now);
            }
        }
        ticking = !tickets.isEmpty();
        if (ticking) {
            vertx.setTimer(TICK_MILLIS, id -> tick());
        }
    }

    /** Something with a limit of time. */
    @FunctionalInterface
    public interface Check {
        /** Acts if its limit has passed. Must not throw. */
        void at(long nowNanos);
    }

    /** Something watched. */
    public final class Ticket {
        private final Check check;
        private int index;

        private Ticket(Check check, int index) {
            this.check = check;
            this.index = index;
        }

        /** Ends the watch; further calls do nothing. */
        public void close() {
            if (index < 0) {
                return;
            }
            Ticket last = tickets.removeLast();
            if (last != this) {
                tickets.set(index, last);
                last.index = index;
            }
            index = -1;
        }
    }
}
