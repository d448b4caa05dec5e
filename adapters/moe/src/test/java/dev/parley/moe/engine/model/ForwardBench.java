package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints tokens per second of one thread's CPU time for each model of a folder: neighbours on the machine disturb less so. A figure
 * means something only beside others of the same run.
 */
public final class ForwardBench {
    private static final int PROMPT = 64;
    private static final int ANSWER = 128;

    private ForwardBench() {}

    /**
     * @param args folder of GGUF files; seconds per figure (default 2)
     */
    public static void main(String[] args) throws IOException {
        long nanos = (long) ((args.length > 1 ? Double.parseDouble(args[1]) : 2) * 1e9);
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".gguf")).sorted().toList()) {
                long start = System.nanoTime();
                Model model = ModelLoader.load(file);
                print(String.format(
                        Locale.ROOT,
                        "%s: loaded in %.1f ms%n",
                        model.profile().name(),
                        (System.nanoTime() - start) / 1e6));
                for (Kernels kernels : List.of(Kernels.vector(), Kernels.scalar())) {
                    print(String.format(
                            Locale.ROOT, "  %-16s", kernels.getClass().getSimpleName()));
                    measure(kernels, new Forward(model, PROMPT), nanos);
                }
            }
        }
    }

    private static void measure(Kernels kernels, Forward forward, long nanos) {
        prefill(kernels, forward, nanos);
        decode(kernels, forward, 1, nanos);
        print(String.format(Locale.ROOT, " prefill %,8.0f", prefill(kernels, forward, nanos)));
        for (int sequences : new int[] {1, 4, 8}) {
            print(String.format(
                    Locale.ROOT, "  decode x%d %,8.0f", sequences, decode(kernels, forward, sequences, nanos)));
        }
        print(" tok/s\n");
    }

    private static double prefill(Kernels kernels, Forward forward, long nanos) {
        TokenBatch batch = new TokenBatch(PROMPT);
        long tokens = 0;
        long start = cpu();
        while (cpu() - start < nanos) {
            KvCache cache = forward.newCache();
            batch.clear();
            for (int i = 0; i < PROMPT; i++) {
                batch.add(cache, i, 32 + i);
            }
            batch.want();
            forward.run(kernels, batch);
            cache.release();
            tokens += PROMPT;
        }
        return tokens * 1e9 / (cpu() - start);
    }

    private static double decode(Kernels kernels, Forward forward, int sequences, long nanos) {
        TokenBatch batch = new TokenBatch(PROMPT);
        long tokens = 0;
        long start = cpu();
        while (cpu() - start < nanos) {
            List<KvCache> caches =
                    Stream.generate(forward::newCache).limit(sequences).toList();
            for (int i = 0; i < ANSWER; i++) {
                batch.clear();
                for (KvCache cache : caches) {
                    batch.add(cache, 0, 32 + (i + batch.size()) % 64);
                    batch.want();
                }
                forward.run(kernels, batch);
            }
            caches.forEach(KvCache::release);
            tokens += (long) ANSWER * sequences;
        }
        return tokens * 1e9 / (cpu() - start);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }
}
