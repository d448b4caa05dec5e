package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Chooses the kernels by measurement while answers are given already. Vector code is a hundred times slower than plain loops until the
 * JIT has compiled it, so the scalar kernels serve first; a thread of its own exercises the vector kernels on the real models and
 * switches once they are the faster ones. Thread-safe.
 */
public final class WarmUp implements Supplier<Kernels>, AutoCloseable {
    private static final int TOKENS = 9; // enough for groups of tokens (VectorGroups), and a single one
    private static final int MOST_ROUNDS = 5_000;
    /** Scalar computing that the vector kernels must have beaten, so that neither a lucky round nor many slow ones decide. */
    private static final long STEADY_NANOS = 50_000_000;

    private static final int STEADY_ROUNDS = 5;

    /** What first answers may hold it up in all: they come sooner alone, but under a steady load the kernels are wanted most. */
    private static final long STAND_ASIDE_NANOS = 1_000_000_000;

    private static final long GLANCE_NANOS = 2_000_000;

    private final List<Model> models;
    private final IntSupplier answers;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile Kernels chosen = Kernels.scalar();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean closed;

    /** @param answers being computed now */
    public WarmUp(List<Model> models, IntSupplier answers) {
        this.models = List.copyOf(models);
        this.answers = answers;
        thread = new Thread(this::run, "parley-moe-warm-up");
        thread.setDaemon(true);
    }

    /** Begins; further calls do nothing. Left to the caller, because it takes a core for some seconds. */
    public void begin() {
        if (!begun.getAndSet(true)) {
            thread.start();
        }
    }

    /** The kernels to use now. */
    @Override
    public Kernels get() {
        return chosen;
    }

    /** Released when the choice is final. */
    public CountDownLatch ended() {
        return ended;
    }

    private void run() {
        try {
            Kernels vector = Kernels.vector();
            List<Probe> probes = models.stream().map(Probe::new).toList();
            int faster = 0;
            long beaten = 0;
            long patience = STAND_ASIDE_NANOS;
            for (int round = 0; round < MOST_ROUNDS && !closed; round++) {
                patience = standAside(patience);
                Probe probe = probes.get(round % probes.size());
                long slow = probe.nanos(Kernels.scalar());
                long fast = probe.nanos(vector);
                faster = fast < slow ? faster + 1 : 0;
                beaten = fast < slow ? beaten + slow : Math.max(0, beaten - 2 * slow);
                if (faster >= STEADY_ROUNDS && beaten >= STEADY_NANOS) {
                    chosen = vector;
                    return;
                }
            }
        } finally {
            ended.countDown();
        }
    }

    /** While answers are computed, and no longer than that in nanoseconds; what is left of it. */
    private long standAside(long patience) {
        long left = patience;
        while (left > 0 && !closed && answers.getAsInt() > 0) {
            LockSupport.parkNanos(GLANCE_NANOS);
            left -= GLANCE_NANOS;
        }
        return left;
    }

    /** Times one small step of a model. */
    private static final class Probe {
        private final Forward forward;
        private final TokenBatch batch = new TokenBatch(TOKENS);

        Probe(Model model) {
            forward = new Forward(model, TOKENS);
        }

        long nanos(Kernels kernels) {
            KvCache cache = forward.newCache();
            batch.clear();
            for (int i = 0; i < TOKENS; i++) {
                batch.add(cache, i, i);
            }
            batch.want();
            long start = System.nanoTime();
            forward.run(kernels, batch);
            long nanos = System.nanoTime() - start;
            cache.release();
            return nanos;
        }
    }

    /** Stops trying and waits for the thread. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
