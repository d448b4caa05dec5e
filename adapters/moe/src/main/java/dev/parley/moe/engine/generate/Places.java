package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Who computes and who waits: at most so many answers have a place at a time, further ones wait in order, and beyond that they are
 * refused. Thread-safe.
 *
 * @param <S> an answer
 */
public final class Places<S> {
    private final int places;
    private final int queue;
    private final Consumer<S> enter;
    private final ArrayDeque<S> waiting = new ArrayDeque<>();
    private int running;
    private boolean closed;

    /**
     * @param places answers that compute together
     * @param queue answers that may wait
     * @param enter takes an answer that has got a place; called with a lock held, must not block
     */
    public Places(int places, int queue, Consumer<S> enter) {
        this.places = places;
        this.queue = queue;
        this.enter = enter;
    }

    /**
     * Takes in so many answers, or none of them: throws {@link EngineException} OVERLOADED without room, CLOSED after {@link #close}.
     *
     * @param make the i-th answer
     */
    public synchronized List<S> take(int count, IntFunction<S> make) {
        if (closed) {
            throw closedFailure();
        }
        int room = places - running + queue - waiting.size();
        if (count > room) {
            throw new EngineException(
                    EngineException.Kind.OVERLOADED,
                    "The local models compute " + running + " answers and " + waiting.size()
                            + " wait; there is no room for " + count
                            + " more. Try again shortly, or raise max_sequences or max_queue.");
        }
        List<S> answers = IntStream.range(0, count).mapToObj(make).toList();
        waiting.addAll(answers);
        fill();
        return answers;
    }

    /** A place is free again. */
    public synchronized void left() {
        running--;
        fill();
    }

    /** An answer that waits need not; nothing happens if it does not wait. */
    public synchronized void forget(S answer) {
        waiting.remove(answer);
    }

    /** Takes away all that wait. */
    public synchronized List<S> drain() {
        List<S> drained = List.copyOf(waiting);
        waiting.clear();
        return drained;
    }

    /** Nobody gets in any more; gives those that waited. */
    public synchronized List<S> close() {
        closed = true;
        return drain();
    }

    /** Answers with a place. */
    public synchronized int running() {
        return running;
    }

    /** Answers that wait. */
    public synchronized int queued() {
        return waiting.size();
    }

    /** What those hear that cannot get in any more. */
    public static EngineException closedFailure() {
        return new EngineException(EngineException.Kind.CLOSED, "The local models are shutting down.");
    }

    private void fill() {
        while (!closed && running < places && !waiting.isEmpty()) {
            running++;
            enter.accept(waiting.remove());
        }
    }
}
