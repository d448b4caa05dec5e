package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.llamacpp.LlamaCpp;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.stream.Stream;

/** The work that {@code LlamaCppChild} times, done by the engine. */
public final class EngineBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Forward forward;
    private final Crew crew;
    private final TokenBatch batch;

    /** On the calling thread. */
    public EngineBench(Model model, int capacity) {
        this(model, capacity, Crew.ALONE);
    }

    /** With a crew's help. */
    public EngineBench(Model model, int capacity, Crew crew) {
        this.crew = crew;
        forward = new Forward(model, capacity);
        batch = new TokenBatch(capacity);
    }

    /** Times a prompt. */
    public LlamaCpp.Time prefill(int count) {
        KvCache cache = forward.newCache();
        batch.clear();
        for (int i = 0; i < count; i++) {
            batch.add(cache, i, LlamaCpp.token(i, 0));
        }
        batch.want();
        LlamaCpp.Time time = timed(() -> forward.run(Kernels.vector(), crew, batch));
        cache.release();
        return time;
    }

    /** Times so many steps of so many sequences. */
    public LlamaCpp.Time decode(int steps, int sequences) {
        List<KvCache> caches =
                Stream.generate(forward::newCache).limit(sequences).toList();
        LlamaCpp.Time time = timed(() -> {
            for (int step = 0; step < steps; step++) {
                batch.clear();
                for (int s = 0; s < sequences; s++) {
                    batch.add(caches.get(s), 0, LlamaCpp.token(step, s));
                    batch.want();
                }
                forward.run(Kernels.vector(), crew, batch);
            }
        });
        caches.forEach(KvCache::release);
        return time;
    }

    private static LlamaCpp.Time timed(Runnable work) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        work.run();
        return new LlamaCpp.Time(System.nanoTime() - wall, THREADS.getCurrentThreadCpuTime() - cpu);
    }
}
