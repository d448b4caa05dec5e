package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.EngineBench;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Tokens per second of the engine and of llama.cpp on the same random mixture of 430 M parameters (width 1024, 8 layers, 16 experts, 2
 * used), turn by turn, medians. By the CPU time of the one computing thread, since neighbours on the machine distort the clock on the
 * wall.
 */
public final class MoeBench {
    private static final RandomModel.Sizes SIZES = new RandomModel.Sizes(8, 1024, 1024, 16, 16, 16, 2);
    static final int STEPS = 24;
    static final int PROMPT = 256;

    private MoeBench() {}

    /** What is measured of either engine. */
    private interface Work {
        LlamaCpp.Time time() throws IOException;
    }

    /** One line of the table. */
    private record Line(String name, int tokens, Work ours, Work theirs) {}

    /**
     * @param args rounds (default 5), then storages (default Q8_0 Q4_0 Q4_K)
     */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        List<TensorType> storages = args.length > 1
                ? Arrays.stream(args).skip(1).map(TensorType::valueOf).toList()
                : List.of(TensorType.Q8_0, TensorType.Q4_0, TensorType.Q4_K);
        System.out.println("| storage | work | ours, tokens/s | llama.cpp | ratio |\n|---|---|---|---|---|");
        for (TensorType storage : storages) {
            storage(storage, rounds);
        }
    }

    static Path file(TensorType storage) throws IOException {
        Path file = Files.createDirectories(Path.of("target", "bench")).resolve("random-" + storage + ".gguf");
        if (!Files.exists(file)) {
            RandomModel.of("llama", SIZES, storage, 1).write(file);
        }
        return file;
    }

    private static void storage(TensorType storage, int rounds) throws IOException {
        Path file = file(storage);
        Model model = ModelLoader.load(file);
        EngineBench ours = new EngineBench(model, PROMPT);
        try (LlamaCpp theirs = new LlamaCpp(file, new LlamaCpp.Options(1, 512, 8, false))) {
            List<Line> lines = List.of(
                    new Line("decode", STEPS, () -> ours.decode(STEPS, 1), () -> theirs.decode(STEPS, 1)),
                    new Line("decode of 8", STEPS * 8, () -> ours.decode(STEPS, 8), () -> theirs.decode(STEPS, 8)),
                    new Line("prefill", PROMPT, () -> ours.prefill(PROMPT), () -> theirs.prefill(PROMPT)));
            double one = 0;
            for (Line line : lines) {
                double[][] rates = rates(line, rounds);
                one = one == 0 ? rates[0][rounds / 2] : one;
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %s | %.1f (%.1fx one) | %.1f | %.2f |%n",
                        storage,
                        line.name(),
                        rates[0][rounds / 2],
                        rates[0][rounds / 2] / one,
                        rates[1][rounds / 2],
                        rates[0][rounds / 2] / rates[1][rounds / 2]);
            }
        }
    }

    /** Sorted rates of both, after two rounds that only warm up. */
    private static double[][] rates(Line line, int rounds) throws IOException {
        double[][] rates = new double[2][rounds];
        for (int round = -2; round < rounds; round++) {
            double ours = line.tokens() * 1e9 / line.ours().time().cpu();
            double theirs = line.tokens() * 1e9 / line.theirs().time().cpu();
            if (round >= 0) {
                rates[0][round] = ours;
                rates[1][round] = theirs;
            }
        }
        Arrays.sort(rates[0]);
        Arrays.sort(rates[1]);
        return rates;
    }
}
