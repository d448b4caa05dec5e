package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.GateLog;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The sequences of one model, computed together step by step (continuous batching, Orca, OSDI 2022). One step: each sequence past its
 * prompt gets its next token, and what room is left in the batch goes to prompts. Steps run on one thread at a time.
 */
final class Lane {
    private final Model model;
    private final Scheduler scheduler;
    private final Forward forward;
    private final TokenBatch batch;
    private final ConcurrentLinkedQueue<Sequence> incoming = new ConcurrentLinkedQueue<>();
    private final List<Sequence> active = new ArrayList<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    Lane(Model model, Scheduler scheduler, int capacity) {
        this.model = model;
        this.scheduler = scheduler;
        forward = new Forward(model, capacity);
        batch = new TokenBatch(capacity);
    }

    Model model() {
        return model;
    }

    GateLog gateLog() {
        return forward.gateLog();
    }

    int pages() {
        return forward.pages();
    }

    KvCache newCache() {
        return forward.newCache();
    }

    void enter(Sequence sequence) {
        incoming.add(sequence);
    }

    void cancelled(Sequence sequence) {
        scheduler.cancelled(sequence);
    }

    /** True if the caller must put the lane into the run queue. */
    boolean claim() {
        return scheduled.compareAndSet(false, true);
    }

    void unclaim() {
        scheduled.set(false);
    }

    boolean hasIncoming() {
        return !incoming.isEmpty();
    }

    boolean hasWork() {
        return !active.isEmpty() || hasIncoming();
    }

    /** Computes the next tokens of all sequences. */
    void step(Kernels kernels) {
        admit();
        leave();
        batch.clear();
        active.forEach(s -> s.addDecode(batch));
        active.forEach(s -> s.addPrefill(batch));
        if (batch.size() == 0) {
            return;
        }
        try {
            forward.run(kernels, batch);
        } catch (RuntimeException | OutOfMemoryError e) {
            failAll(new EngineException(EngineException.Kind.INTERNAL, "The local engine failed; see its log.", e));
            return;
        }
        for (Sequence s : active) {
            guarded(s, () -> s.advance(kernels, forward.logits()));
        }
        leave();
    }

    /** Fails whatever is here. Only the stepping thread calls it, or the closing one after all stepping has ended. */
    void failAll(EngineException failure) {
        for (Sequence s = incoming.poll(); s != null; s = incoming.poll()) {
            active.add(s);
        }
        for (Sequence s : active) {
            guarded(s, () -> s.fail(failure));
        }
        leave();
    }

    private void admit() {
        for (Sequence s = incoming.poll(); s != null; s = incoming.poll()) {
            active.add(s);
            if (!s.cancelled()) {
                guarded(s, s::begin);
            }
        }
    }

    /** One sequence's fault must not harm the others. */
    private static void guarded(Sequence s, Runnable work) {
        try {
            work.run();
        } catch (EngineException e) {
            s.fail(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            s.fail(new EngineException(EngineException.Kind.INTERNAL, "The local engine failed; see its log.", e));
        }
    }

    private void leave() {
        for (int i = active.size() - 1; i >= 0; i--) {
            Sequence s = active.get(i);
            if (s.over() || s.cancelled()) {
                active.remove(i);
                s.release();
                scheduler.left();
                guarded(s, s::farewell);
            }
        }
    }
}
