package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.gate.GateLog;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.KvFigures;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Crew;
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

    /**
     * @param capacity tokens in a step, at most
     * @param pages of keys and values at a time, at most
     */
    Lane(Model model, Scheduler scheduler, int capacity, int pages) {
        this.model = model;
        this.scheduler = scheduler;
        forward = new Forward(model, capacity, pages);
        batch = new TokenBatch(capacity);
    }

    Model model() {
        return model;
    }

    GateLog gateLog() {
        return forward.gateLog();
    }

    KvFigures kv() {
        return forward.kv();
    }

    int mostPages() {
        return forward.mostPages();
    }

    boolean room(int pages) {
        return forward.room(pages);
    }

    void prompted(int promptTokens, int reusedTokens) {
        forward.prompted(promptTokens, reusedTokens);
    }

    KvCache newCache(GateRule rule) {
        return forward.newCache(rule);
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
    void step(Kernels kernels, Crew crew) {
        admit();
        leave();
        feed(kernels);
        batch.clear();
        active.forEach(s -> s.addDecode(batch));
        active.forEach(s -> s.addPrefill(batch));
        if (batch.size() == 0) {
            return;
        }
        try {
            forward.run(kernels, crew, batch);
        } catch (RuntimeException | OutOfMemoryError e) {
            failAll(new EngineException(EngineException.Kind.INTERNAL, "The local engine failed; see its log.", e));
            return;
        }
        for (Sequence s : active) {
            guarded(s, () -> s.advance(kernels, forward.logits()));
        }
        leave();
    }

    /**
     * Gives the sequences memory for keys and values, the oldest first. If it does not suffice, the youngest give theirs back (preemption
     * by recomputation, as in vLLM, arXiv:2309.06180), and those not begun wait in order. The oldest always gets what it needs.
     */
    private void feed(Kernels kernels) {
        int holders = (int) active.stream().filter(Sequence::holds).count(); // always the oldest ones
        for (int i = 0; i < active.size(); i++) {
            Sequence s = active.get(i);
            while (!s.feed(kernels, i) && i < holders - 1) {
                active.get(--holders).starve();
            }
            if (i >= holders && !s.holds()) {
                return;
            }
            holders = Math.max(holders, i + 1);
        }
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
