package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.gate.GateSummary;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvFigures;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the answers of all models on a few threads. At most {@code sequences} are computed at a time over all models, further ones wait
 * in order, and beyond {@code queue} they are refused. Models take turns step by step; threads that are left over help with the others'
 * steps. Thread-safe.
 */
public final class Scheduler implements AutoCloseable {
    /** Tokens in a step at least: prompts are cut into pieces of at most this, so that running answers keep flowing. */
    private static final int STEP_TOKENS = 64;

    private final Supplier<Kernels> kernels;
    private final Map<Model, Lane> lanes = new HashMap<>();
    private final Places<Sequence> places;
    private final Queue<Lane> turns = new ConcurrentLinkedQueue<>();
    private final Crew crew;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    /**
     * @param threads that compute
     * @param sequences computed together
     * @param queue sequences that may wait
     * @param kvBytes of keys and values, over all models
     */
    public record Limits(int threads, int sequences, int queue, long kvBytes) {
        /** With a quarter of the heap for keys and values. */
        public Limits(int threads, int sequences, int queue) {
            this(threads, sequences, queue, Runtime.getRuntime().maxMemory() / 4);
        }
    }

    /**
     * Throws {@link IllegalArgumentException} if the memory for keys and values does not suffice for one page of each model.
     *
     * @param kernels asked before each step
     */
    public Scheduler(Limits limits, List<Model> models, Supplier<Kernels> kernels) {
        this.kernels = kernels;
        places = new Places<>(limits.sequences(), limits.queue(), this::enter);
        crew = new Crew(limits.threads());
        int capacity = Math.max(STEP_TOKENS, 2 * limits.sequences()); // a contrasted sequence adds two tokens a step
        models.forEach(model -> lanes.put(model, new Lane(model, this, capacity, pages(limits, models, model))));
        for (int i = 0; i < limits.threads(); i++) {
            Thread thread = new Thread(this::work, "parley-moe-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /** A model's share of the memory for keys and values is as its context's share of all contexts. */
    private static int pages(Limits limits, List<Model> models, Model model) {
        double all = models.stream().mapToDouble(Scheduler::contextBytes).sum();
        double share = limits.kvBytes() * (contextBytes(model) / all) / Forward.pageBytes(model);
        if (share < 1) {
            throw new IllegalArgumentException("kv_memory: " + limits.kvBytes()
                    + " bytes for keys and values leave no page of " + Forward.pageBytes(model) + " bytes for "
                    + model.profile().name() + ". Raise it to "
                    + (long) Math.ceil(limits.kvBytes() / share) + "B or more, or serve fewer models.");
        }
        return (int) Math.min(share, Integer.MAX_VALUE);
    }

    private static double contextBytes(Model model) {
        return (double) model.shape().context() * Forward.pageBytes(model);
    }

    /** One answer and who hears of it. */
    public record Task(GenerationRequest request, GenerationListener listener) {}

    /**
     * Begins the answers, or none of them. Throws {@link dev.parley.moe.engine.EngineException} OVERLOADED if there is no room for all,
     * CLOSED after {@link #close}.
     */
    public List<Generation> submit(Model model, List<Task> tasks) {
        Lane lane = lane(model);
        return List.copyOf(places.take(tasks.size(), i -> {
            Task task = tasks.get(i);
            return new Sequence(lane, task.request(), task.listener());
        }));
    }

    /** How a model's gates have chosen so far. */
    public GateSummary gates(Model model) {
        return lane(model).gateLog().summary();
    }

    /** Sequences being computed. */
    public int running() {
        return places.running();
    }

    /** Sequences in the queue. */
    public int queued() {
        return places.queued();
    }

    /** What the memory of keys and values holds, over all models. */
    public KvFigures kv() {
        return lanes.values().stream().map(Lane::kv).reduce(KvFigures.NONE, KvFigures::plus);
    }

    private Lane lane(Model model) {
        Lane lane = lanes.get(model);
        if (lane == null) {
            throw new IllegalArgumentException(model.profile().name() + " is not one of this scheduler's models");
        }
        return lane;
    }

    private void enter(Sequence sequence) {
        sequence.lane().enter(sequence);
        offer(sequence.lane());
    }

    private void offer(Lane lane) {
        if (lane.claim()) {
            turns.add(lane);
            crew.wake();
        }
    }

    void left() {
        places.left();
    }

    void cancelled(Sequence sequence) {
        places.forget(sequence);
    }

    /** Steps lanes in turn; without one, helps the other threads with theirs. */
    private void work() {
        while (!closed) {
            crew.idle(() -> closed || !turns.isEmpty());
            for (Lane lane = turns.poll(); lane != null && !closed; lane = next(lane)) {
                lane.step(kernels.get(), crew);
            }
        }
    }

    /** The lane after this one, which may be itself; null for none. */
    private @Nullable Lane next(Lane lane) {
        if (lane.hasWork()) {
            turns.add(lane);
        } else {
            lane.unclaim();
            if (lane.hasIncoming()) {
                offer(lane);
            }
        }
        return turns.poll();
    }

    /** Ends all answers with a failure and waits for the threads. */
    @Override
    public void close() {
        closed = true;
        List<Sequence> never = places.close();
        crew.wake();
        never.forEach(s -> {
            s.fail(Places.closedFailure());
            s.farewell();
        });
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        lanes.values().forEach(lane -> lane.failAll(Places.closedFailure()));
    }
}
