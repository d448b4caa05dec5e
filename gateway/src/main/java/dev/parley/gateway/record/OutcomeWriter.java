package dev.parley.gateway.record;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Entries are committed in batches, in order; a batch that the disk refuses is kept and tried again.
 * When the queue is full an outcome is not waited for (its thread is an event loop): it is counted, logged loudly, and the count
 * goes to the table {@code gap} with the next batch.
 */
final class OutcomeWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeWriter.class);
    private static final int QUEUE = 16_384;
    private static final int BATCH = 512;
    private static final long LINGER = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final int TRIES_WHEN_CLOSING = 3;
    private static final Duration SWEEP_EVERY = Retention.COMMON_USED;

    private final Connection db;
    private final OutcomeTables tables;
    private final boolean prompts;
    private final Duration retention;
    private final InstantSource time;
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong lastCry = new AtomicLong();
    private final Thread thread;
    private volatile Optional<String> trouble = Optional.empty();
    private long lostWritten;
    private long sweepAtMicros;

    OutcomeWriter(Connection db, boolean prompts, Duration retention, InstantSource time) throws SQLException {
        this.db = db;
        this.tables = new OutcomeTables(db);
        this.prompts = prompts;
        this.retention = retention;
        this.time = time;
        this.thread = Thread.ofPlatform().name("outcome-writer").daemon(true).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Never blocks. */
    void keep(Outcome outcome) {
        if (closing.get() || !queue.offer(new Entry.Kept(outcome))) {
            lose(1, closing.get() ? "the outcome log is closed" : "the queue of the outcome log is full");
        }
    }

    /** False if the queue is full. Wakes the writer: somebody waits for it. */
    boolean urgent(Entry entry) {
        boolean taken = !closing.get() && queue.offer(entry);
        LockSupport.unpark(thread);
        return taken;
    }

    int queued() {
        return queue.size();
    }

    long lost() {
        return lost.get();
    }

    /** Why outcomes are not being written now; empty if they are. */
    Optional<String> trouble() {
        if (closing.get()) {
            return Optional.of("closed");
        }
        return queue.remainingCapacity() == 0 ? Optional.of("the queue is full") : trouble;
    }

    /** Writes what is queued and ends. */
    void close() {
        closing.set(true);
        // Ends its wait for a first entry; if the queue is full, it does not wait.
        boolean ignored = queue.offer(new Entry.Barrier(new CompletableFuture<>()));
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        List<Entry> batch = new ArrayList<>(BATCH);
        while (!closing.get() || !queue.isEmpty()) {
            gather(batch);
            sweepIfDue();
            if (!batch.isEmpty()) {
                commit(batch);
                batch.clear();
            }
        }
    }

    /** Waits for the first entry, then a moment for company: one commit is worth hundreds of outcomes. */
    private void gather(List<Entry> batch) {
        try {
            Entry first = queue.poll(250, TimeUnit.MILLISECONDS);
            if (first == null) {
                return;
            }
            batch.add(first);
            boolean patient = first instanceof Entry.Kept && queue.size() < BATCH && !closing.get();
            if (patient) {
                LockSupport.parkNanos(LINGER);
            }
            queue.drainTo(batch, BATCH - 1);
        } catch (InterruptedException e) {
            closing.set(true);
        }
    }

    private void commit(List<Entry> batch) {
        for (int tries = 1; ; tries++) {
            List<OutcomeRow> rows = rows(batch, tries == 1);
            try {
                List<Boolean> known = write(rows, batch);
                trouble = Optional.empty();
                answer(batch, known);
                return;
            } catch (SQLException e) {
                undo();
                trouble = Optional.of("the last write failed: " + e.getMessage());
                boolean givenUp = closing.get() && tries >= TRIES_WHEN_CLOSING;
                LOG.error(
                        "Cannot write {} outcomes: {}; {}",
                        rows.size(),
                        e.getMessage(),
                        givenUp ? "lost" : "trying again");
                if (givenUp) {
                    lose(rows.size(), "the disk refused them until shutdown");
                    refuse(batch, e);
                    return;
                }
                LockSupport.parkNanos(RETRY);
            }
        }
    }

    private List<OutcomeRow> rows(List<Entry> batch, boolean first) {
        List<OutcomeRow> rows = new ArrayList<>(batch.size());
        for (Entry entry : batch) {
            if (entry instanceof Entry.Kept(Outcome outcome)) {
                try {
                    rows.add(row(outcome));
                } catch (RuntimeException e) {
                    if (first) {
                        lose(1, "it has no JSON form: " + e);
                    }
                }
            }
        }
        return rows;
    }

    private OutcomeRow row(Outcome outcome) {
        Optional<Kind> kind = Kind.of(outcome, prompts);
        long common = kind.map(tables::common).orElse(0L);
        if (common != 0) {
            return OutcomeRow.of(outcome, kind, common, "");
        }
        return OutcomeRow.of(outcome, kind.filter(k -> tables.takesKinds()), 0, OutcomeJson.document(outcome, prompts));
    }

    private List<Boolean> write(List<OutcomeRow> rows, List<Entry> batch) throws SQLException {
        tables.add(rows, time.instant());
        List<Boolean> known = new ArrayList<>();
        for (Entry entry : batch) {
            if (entry instanceof Entry.Said said) {
                known.add(tables.add(said.feedback()));
            }
        }
        long lostNow = lost.get();
        if (lostNow > lostWritten) {
            tables.addGap(time.instant(), lostNow - lostWritten);
        }
        db.commit();
        lostWritten = lostNow;
        return known;
    }

    private static void answer(List<Entry> batch, List<Boolean> known) {
        int next = 0;
        for (Entry entry : batch) {
            switch (entry) {
                case Entry.Kept ignored -> {}
                case Entry.Said said -> said.known().complete(known.get(next++));
                case Entry.Barrier barrier -> barrier.reached().complete(true);
            }
        }
    }

    private static void refuse(List<Entry> batch, SQLException cause) {
        for (Entry entry : batch) {
            switch (entry) {
                case Entry.Kept ignored -> {}
                case Entry.Said said -> said.known().completeExceptionally(cause);
                case Entry.Barrier barrier -> barrier.reached().completeExceptionally(cause);
            }
        }
    }

    private void undo() {
        tables.forgetKinds();
        try {
            db.rollback();
        } catch (SQLException e) {
            LOG.warn("Cannot roll back: {}", e.getMessage());
        }
    }

    private void sweepIfDue() {
        long now = OutcomeRow.micros(time.instant());
        if (now < sweepAtMicros) {
            return;
        }
        sweepAtMicros = now + SWEEP_EVERY.toNanos() / 1000;
        tables.forgetKinds();
        try {
            int gone = Retention.sweep(db, time.instant().minus(retention));
            if (gone > 0) {
                LOG.info("Deleted {} outcomes older than {}", gone, retention);
            }
        } catch (SQLException e) {
            undo();
            LOG.warn("Cannot delete outcomes older than {}: {}", retention, e.getMessage());
        }
    }

    private void lose(int count, String why) {
        long total = lost.addAndGet(count);
        long now = time.millis();
        long before = lastCry.get();
        if (now - before >= 1000 && lastCry.compareAndSet(before, now)) {
            LOG.error("An outcome is not recorded: {}. Lost since start: {}", why, total);
        }
    }
}
