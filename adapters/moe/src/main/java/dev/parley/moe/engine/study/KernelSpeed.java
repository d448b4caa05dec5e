package dev.parley.moe.engine.study;

import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Selection;
import dev.parley.moe.engine.tensor.Span;
import dev.parley.moe.engine.tensor.Tensors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How fast this machine multiplies weights of one storage, on one thread, for 1, 8 and 64 tokens at a time. Weights of as many bytes as
 * a model reads a token come from where the model's would: a cache, or memory.
 *
 * @param perWeight seconds a weight takes for {@link #TOKENS} tokens together
 */
@SuppressWarnings("ArrayRecordComponent")
public record KernelSpeed(double[] perWeight) {
    private static final int[] TOKENS = {1, 8, 64};
    private static final int COLUMNS = 1024;
    private static final int TILE = 1 << 20;
    private static final int MOST_WEIGHTS = 24 * TILE;
    private static final long WARM_NANOS = 1_500_000_000L;
    private static final long MOST_WARM_NANOS = 20_000_000_000L;
    private static final int CALM = 10; // looks in a row that were no faster, until the JIT is taken to be done
    private static final int LOOKS_A_SECOND = 10;
    private static final double FASTER = 0.95;
    private static final int ROUNDS = 7;

    /**
     * Takes some seconds.
     *
     * @param weights that a token is multiplied with
     */
    public static KernelSpeed measure(TensorType type, long weights) {
        int rows = Math.clamp(weights / COLUMNS, 64, MOST_WEIGHTS / COLUMNS);
        Matrix matrix = matrix(type == TensorType.MXFP4 ? TensorType.Q8_0 : type, rows);
        double[] perWeight = new double[TOKENS.length];
        for (int i = 0; i < TOKENS.length; i++) {
            perWeight[i] = seconds(matrix, TOKENS[i]) / ((double) rows * COLUMNS);
        }
        return new KernelSpeed(perWeight);
    }

    /** Seconds that a weight takes for {@code tokens} tokens together, which need not be whole. */
    double perWeight(double tokens) {
        if (tokens <= 1) {
            return perWeight[0] * tokens;
        }
        for (int i = 1; i < TOKENS.length; i++) {
            if (tokens <= TOKENS[i]) {
                double share = (tokens - TOKENS[i - 1]) / (TOKENS[i] - TOKENS[i - 1]);
                return perWeight[i - 1] + share * (perWeight[i] - perWeight[i - 1]);
            }
        }
        return perWeight[TOKENS.length - 1] * tokens / TOKENS[TOKENS.length - 1];
    }

    /** Multiplications a second for one token. */
    double rate() {
        return 1 / perWeight[0];
    }

    private static Matrix matrix(TensorType type, int rows) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[TILE];
        for (int i = 0; i < TILE; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        byte[] tile = BlockEncoder.encode(type, values);
        byte[] bytes = new byte[(int) ((long) rows * COLUMNS / type.blockSize() * type.blockBytes())];
        for (int at = 0; at < bytes.length; at += tile.length) {
            System.arraycopy(tile, 0, bytes, at, Math.min(tile.length, bytes.length - at));
        }
        byte[] file = new GgufWriter()
                .tensor("w", type, List.of(COLUMNS, rows), () -> bytes)
                .bytes();
        GgufFile read = GgufReader.read("w", MemorySegment.ofArray(file));
        return new Tensors(read).matrix("w", rows, COLUMNS);
    }

    /** Of one product, at the median. */
    private static double seconds(Matrix matrix, int tokens) {
        Kernels kernels = Kernels.vector();
        Activations x = new Activations(tokens, COLUMNS);
        for (int i = 0; i < x.values().length; i++) {
            x.values()[i] = (float) Math.sin(i);
        }
        kernels.quantise(x, tokens);
        float[] out = new float[tokens * matrix.rows()];
        Span all = new Span(0, matrix.rows());
        Selection rows = Selection.first(tokens);
        Runnable product = () -> matrix.times(kernels, all, x, rows, out);
        int each = Math.max(1, (int) (1 / (LOOKS_A_SECOND * warm(product))));
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            rounds[round] = seconds(product, each);
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    /** Repeats it until it gets no faster, for on a busy core the JIT takes its time; returns the seconds it takes then. */
    private static double warm(Runnable product) {
        long begun = System.nanoTime();
        double best = Double.MAX_VALUE;
        for (int calm = 0; calm < CALM || System.nanoTime() - begun < WARM_NANOS; calm++) {
            if (System.nanoTime() - begun > MOST_WARM_NANOS) {
                break;
            }
            double now = seconds(product, best > 1 ? 1 : Math.max(1, (int) (1 / (LOOKS_A_SECOND * best))));
            calm = now < FASTER * best ? -1 : calm;
            best = Math.min(best, now);
        }
        return best;
    }

    private static double seconds(Runnable product, int times) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            product.run();
        }
        return (System.nanoTime() - start) * 1e-9 / times;
    }
}
