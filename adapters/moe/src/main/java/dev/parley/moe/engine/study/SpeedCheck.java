package dev.parley.moe.engine.study;

import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Times a loaded model on one thread, with random tokens. Not thread-safe. */
public final class SpeedCheck {
    private static final int PIECE = 64;
    private static final int ROUNDS = 5;
    private static final long WARM_NANOS = 4_000_000_000L;

    private final Model model;
    private final Forward forward;
    private final TokenBatch batch = new TokenBatch(PIECE);
    private final SplittableRandom random = new SplittableRandom(1);

    public SpeedCheck(Model model) {
        this.model = model;
        forward = new Forward(model, PIECE);
    }

    /** Tokens a second of so many answers together, each after {@code context} tokens; the median of some rounds of {@code steps}. */
    public double decode(int sequences, int context, int steps) {
        double seconds = median(() -> {
            List<KvCache> caches =
                    Stream.generate(forward::newCache).limit(sequences).toList();
            caches.forEach(cache -> read(cache, context));
            long start = System.nanoTime();
            for (int step = 0; step < steps; step++) {
                batch.clear();
                for (KvCache cache : caches) {
                    batch.add(cache, 0, token());
                    batch.want();
                }
                forward.run(Kernels.vector(), batch);
            }
            double spent = (System.nanoTime() - start) * 1e-9;
            caches.forEach(KvCache::release);
            return spent;
        });
        return sequences * steps / seconds;
    }

    /** Tokens a second of a prompt so long. */
    public double prefill(int tokens) {
        return tokens
                / median(() -> {
                    KvCache cache = forward.newCache();
                    long start = System.nanoTime();
                    read(cache, tokens);
                    cache.release();
                    return (System.nanoTime() - start) * 1e-9;
                });
    }

    private void read(KvCache cache, int tokens) {
        for (int from = 0; from < tokens; from += PIECE) {
            batch.clear();
            for (int i = 0; i < Math.min(PIECE, tokens - from); i++) {
                batch.add(cache, i, token());
            }
            if (from + PIECE >= tokens) {
                batch.want();
            }
            forward.run(Kernels.vector(), batch);
        }
    }

    private int token() {
        return random.nextInt(model.shape().vocabulary());
    }

    /** Does it once and gives the time of the part that counts. */
    private interface Work {
        double seconds();
    }

    private static double median(Work work) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < WARM_NANOS) {
            work.seconds();
        }
        double[] rounds = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = work.seconds();
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }
}
