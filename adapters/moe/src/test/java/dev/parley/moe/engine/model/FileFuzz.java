package dev.parley.moe.engine.model;

import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.TensorType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Loads damaged files for as long as asked: bytes changed, runs overwritten, pieces cut out, repeated or cut off, in models of every
 * architecture and storage. Anything but a model or a {@link GgufException} ends it with 1, and so does a load that takes more than 5 s of CPU. To be
 * run with little memory, so that a huge array is an error, too.
 */
public final class FileFuzz {
    private static final List<String> ARCHITECTURES =
            List.of("llama", "qwen2", "qwen3", "qwen2moe", "qwen3moe", "olmoe", "deepseek", "deepseek2", "gpt-oss");
    private static final List<TensorType> STORAGES = List.of(TensorType.values());
    private static final RandomModel.Sizes SIZES = new RandomModel.Sizes(1, 256, 256, 2, 2, 2, 1);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private FileFuzz() {}

    /**
     * @param args seconds; seed (default: the time)
     */
    public static void main(String[] args) {
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        long end = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000L;
        long loaded = 0;
        long refused = 0;
        for (long file = 0; System.nanoTime() < end; file++) {
            TensorType storage = STORAGES.get(random.nextInt(STORAGES.size()));
            String architecture = ARCHITECTURES.get(random.nextInt(ARCHITECTURES.size()));
            byte[] bytes = RandomModel.of(architecture, SIZES, storage, 1).bytes();
            for (int i = 0; i < 40; i++) {
                byte[] damaged = damaged(bytes, random);
                long start = THREADS.getCurrentThreadCpuTime();
                try {
                    ModelLoader.load("fuzz.gguf", damaged);
                    loaded++;
                } catch (GgufException e) {
                    refused++;
                } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                    throw new IllegalStateException("Seed " + seed + ", file " + file + ", try " + i, e);
                }
                if (THREADS.getCurrentThreadCpuTime() - start > 5_000_000_000L) {
                    throw new IllegalStateException("Slow: seed " + seed + ", file " + file + ", try " + i);
                }
            }
        }
        System.out.printf("seed %d: %d refused, %d loaded%n", seed, refused, loaded);
    }

    /** Mostly in the head, where keys and descriptions lie. */
    private static byte[] damaged(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        for (int n = random.nextInt(1, 5); n > 0; n--) {
            int at = random.nextInt(random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 12_000));
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) (random.nextInt(3) - 1));
                case 3 -> {
                    int length = Math.min(bytes.length - at, random.nextInt(64));
                    System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
                }
                default -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, Math.max(1, at)) : bytes;
            }
        }
        return bytes;
    }
}
