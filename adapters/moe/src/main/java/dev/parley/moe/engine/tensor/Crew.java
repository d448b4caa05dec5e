package dev.parley.moe.engine.tensor;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help each other. One that computes cuts its work into parts and does them one by one; those that are {@link #idle} take
 * parts too. Nobody waits for a helper that does not come, so a crew is never slower for a busy machine by more than one part.
 * Thread-safe.
 */
public final class Crew {
    /** One thread without helpers. */
    public static final Crew ALONE = new Crew(1);

    /** How long a thread looks around before it sleeps: longer than a step's pauses between shared work, short for its neighbours. */
    private static final long PATIENCE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final int threads;
    /** A place for each thread's job: cheaper to look into than a queue, whose links move from core to core. */
    private final AtomicReferenceArray<@Nullable Job> open;

    private final Queue<Thread> sleepers = new ConcurrentLinkedQueue<>();

    /**
     * @param threads that compute or are idle here
     */
    public Crew(int threads) {
        this.threads = threads;
        open = new AtomicReferenceArray<>(threads);
    }

    public int threads() {
        return threads;
    }

    /** Does all parts, 0 .. parts - 1, each once, in any order and on any thread of the crew; returns when all are done. */
    public void share(int parts, IntConsumer work) {
        if (threads == 1 || parts == 1) {
            for (int part = 0; part < parts; part++) {
                work.accept(part);
            }
            return;
        }
        Job job = new Job(parts, work, Thread.currentThread());
        int place = publish(job);
        wake(parts - 1);
        job.run();
        if (place < threads) {
            open.set(place, null);
        }
        job.await();
    }

    /** Shows the job to the others; gives its place, or {@link #threads} if there is none left for it. */
    private int publish(Job job) {
        int place = 0;
        while (place < threads && !open.compareAndSet(place, null, job)) {
            place++;
        }
        return place;
    }

    /** Helps until {@code enough} says so; sleeps while there is nothing to help with, until {@link #wake}. */
    public void idle(BooleanSupplier enough) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!enough.getAsBoolean()) {
            Optional<Job> job = left();
            if (job.isPresent()) {
                job.get().run();
                until = System.nanoTime() + PATIENCE_NANOS;
            } else if (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            } else {
                sleep(enough);
                until = System.nanoTime() + PATIENCE_NANOS;
            }
        }
    }

    private Optional<Job> left() {
        for (int place = 0; place < threads; place++) {
            Job job = open.get(place);
            if (job != null && job.next.get() < job.parts) {
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    private void sleep(BooleanSupplier enough) {
        sleepers.add(Thread.currentThread());
        if (!enough.getAsBoolean() && left().isEmpty()) { // asked again: what came before could not wake this thread
            LockSupport.park(this);
        }
        sleepers.remove(Thread.currentThread());
    }

    /** Has idle threads look again whether they are wanted. */
    public void wake() {
        wake(threads);
    }

    private void wake(int most) {
        int woken = 0;
        for (Thread thread : sleepers) {
            if (woken++ == most) {
                return;
            }
            LockSupport.unpark(thread);
        }
    }

    /** Work in parts. */
    private static final class Job {
        private final int parts;
        private final IntConsumer work;
        private final Thread leader;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Job(int parts, IntConsumer work, Thread leader) {
            this.parts = parts;
            this.work = work;
            this.leader = leader;
        }

        /** Takes parts until none is left. */
        void run() {
            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                try {
                    work.accept(part);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
                if (done.incrementAndGet() == parts && !Thread.currentThread().equals(leader)) {
                    LockSupport.unpark(leader);
                }
            }
        }

        /** Waits for the helpers' last parts, and says what went wrong in any. */
        void await() {
            long until = System.nanoTime() + PATIENCE_NANOS;
            while (done.get() < parts) {
                if (System.nanoTime() - until < 0) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
