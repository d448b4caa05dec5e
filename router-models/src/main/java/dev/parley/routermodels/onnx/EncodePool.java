package dev.parley.routermodels.onnx;

import dev.parley.routermodels.QueryProfile;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that turn texts into vectors. Single queries go first and give up at their deadline; the texts of a bulk wait, and are
 * shared by all idle threads. Both queues are bounded. Thread-safe.
 */
final class EncodePool {
    private static final Logger LOG = LoggerFactory.getLogger(EncodePool.class);

    /**
     * @param maxTokens to look at, special tokens included
     * @param profiled whether the heads shall read it
     * @param earlier what it may go on from; usually empty
     */
    record Text(String value, int maxTokens, boolean profiled, String earlier) {}

    /**
     * @param tokens of the text, special tokens included
     * @param profile what the heads read, if they were to
     * @param followUp whether the text was read together with what was before it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Vector(float[] values, int tokens, Optional<QueryProfile> profile, boolean followUp) {}

    private record Single(Text text, CompletableFuture<Optional<Vector>> answer) {}

    private static final class Bulk {
        final List<Text> texts;
        final Vector[] vectors;
        final CompletableFuture<List<Vector>> answer = new CompletableFuture<>();
        int next;
        int left;

        Bulk(List<Text> texts) {
            this.texts = texts;
            vectors = new Vector[texts.size()];
            left = texts.size();
        }
    }

    private final Function<Text, Vector> work;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Single> singles = new ArrayDeque<>();
    private final ArrayDeque<Bulk> bulks = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger missed = new AtomicInteger();
    private boolean closed;

    EncodePool(int threads, int capacity, Function<Text, Vector> work) {
        this.work = work;
        this.capacity = capacity;
        for (int i = 0; i < threads; i++) {
            this.threads.add(
                    Thread.ofPlatform().daemon().name("parley-encoder-" + i).start(this::serve));
        }
    }

    /** Empty at once if the queue is full, else empty when the budget is over before the vector is there. */
    CompletableFuture<Optional<Vector>> submit(Text text, Duration budget) {
        CompletableFuture<Optional<Vector>> answer = new CompletableFuture<>();
        if (budget.isNegative() || budget.isZero() || !offer(new Single(text, answer))) {
            missed.incrementAndGet();
            answer.complete(Optional.empty());
            return answer;
        }
        return budget.compareTo(Duration.ofDays(1)) > 0
                ? answer
                : answer.completeOnTimeout(Optional.empty(), budget.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Fails with {@link RejectedExecutionException} if too many bulks wait. */
    CompletableFuture<List<Vector>> submitAll(List<Text> texts) {
        if (texts.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Bulk bulk = new Bulk(List.copyOf(texts));
        lock.lock();
        try {
            if (closed || bulks.size() >= capacity) {
                return CompletableFuture.failedFuture(new RejectedExecutionException(
                        closed ? "the encoder is closed" : "the encoder is saturated: try again later"));
            }
            bulks.add(bulk);
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        return bulk.answer;
    }

    /** Single queries in a row that got no vector. */
    int missed() {
        return missed.get();
    }

    private boolean offer(Single single) {
        lock.lock();
        try {
            if (closed || singles.size() >= capacity) {
                return false;
            }
            singles.add(single);
            arrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void serve() {
        while (true) {
            Runnable task = next();
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.warn("an encoder thread goes on after", e);
            }
        }
    }

    /** The next piece of work, or null when closed. */
    private @Nullable Runnable next() {
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    return null;
                }
                Single single = singles.poll();
                if (single != null) {
                    return () -> one(single);
                }
                Bulk bulk = bulks.peek();
                if (bulk != null) {
                    int index = bulk.next++;
                    if (bulk.next == bulk.texts.size()) {
                        bulks.poll();
                    }
                    return () -> part(bulk, index);
                }
                arrived.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void one(Single single) {
        if (single.answer.isDone()) {
            missed.incrementAndGet();
            return; // its deadline passed while it waited
        }
        try {
            if (single.answer.complete(Optional.of(work.apply(single.text)))) {
                missed.set(0);
            } else {
                missed.incrementAndGet();
            }
        } catch (RuntimeException e) {
            missed.incrementAndGet();
            LOG.warn("a query is routed without its embedding", e);
            single.answer.complete(Optional.empty());
        }
    }

    private void part(Bulk bulk, int index) {
        if (bulk.answer.isDone()) {
            return;
        }
        try {
            Vector vector = work.apply(bulk.texts.get(index));
            boolean last;
            lock.lock();
            try {
                bulk.vectors[index] = vector;
                last = --bulk.left == 0;
            } finally {
                lock.unlock();
            }
            if (last) {
                bulk.answer.complete(List.of(bulk.vectors));
            }
        } catch (RuntimeException e) {
            bulk.answer.completeExceptionally(e);
        }
    }

    /** Refuses new work, answers what waits, waits for what runs. False if something still runs after the patience. */
    boolean close(Duration patience) {
        List<Single> waiting;
        List<Bulk> unfinished;
        lock.lock();
        try {
            closed = true;
            waiting = List.copyOf(singles);
            unfinished = List.copyOf(bulks);
            singles.clear();
            bulks.clear();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        waiting.forEach(s -> s.answer.complete(Optional.empty()));
        unfinished.forEach(
                b -> b.answer.completeExceptionally(new RejectedExecutionException("the encoder is closed")));
        return joined(patience);
    }

    private boolean joined(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        boolean all = true;
        for (Thread thread : threads) {
            try {
                all &= thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return all;
    }
}
