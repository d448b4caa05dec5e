package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.EngineBench;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Crew;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;

/**
 * Tokens per second of one thread, of two on the same step, and of two that have nothing to do with each other - what the machine has to
 * give just then - on {@link MoeBench}'s mixture, turn by turn, medians, by the clock on the wall.
 */
final class ThreadsBench {
    private ThreadsBench() {}

    /** One line of the table. */
    private record Line(String name, int tokens, ToLongFunction<EngineBench> nanos) {}

    /**
     * @param args rounds (default 9), then storages (default Q8_0 Q4_K)
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
        List<TensorType> storages = args.length > 1
                ? Arrays.stream(args).skip(1).map(TensorType::valueOf).toList()
                : List.of(TensorType.Q8_0, TensorType.Q4_K);
        Crew crew = new Crew(2);
        AtomicBoolean over = new AtomicBoolean();
        Thread helper = Thread.ofPlatform().start(() -> crew.idle(over::get));
        System.out.println(
                "| storage | work | one thread, tokens/s | two | to one | two apart, to one |\n|---|---|---|---|---|---|");
        for (TensorType storage : storages) {
            storage(storage, rounds, crew);
        }
        over.set(true);
        crew.wake();
        helper.join();
    }

    private static void storage(TensorType storage, int rounds, Crew crew) throws IOException, InterruptedException {
        Model model = ModelLoader.load(MoeBench.file(storage));
        EngineBench one = new EngineBench(model, MoeBench.PROMPT);
        EngineBench other = new EngineBench(model, MoeBench.PROMPT);
        EngineBench two = new EngineBench(model, MoeBench.PROMPT, crew);
        List<Line> lines = List.of(
                new Line(
                        "decode",
                        MoeBench.STEPS,
                        b -> b.decode(MoeBench.STEPS, 1).wall()),
                new Line(
                        "decode of 8",
                        8 * MoeBench.STEPS,
                        b -> b.decode(MoeBench.STEPS, 8).wall()),
                new Line(
                        "prefill",
                        MoeBench.PROMPT,
                        b -> b.prefill(MoeBench.PROMPT).wall()));
        for (Line line : lines) {
            double[] alone = new double[rounds];
            double[] together = new double[rounds];
            double[] ratios = new double[rounds];
            double[] apart = new double[rounds];
            for (int round = -2; round < rounds; round++) {
                double a = line.tokens() * 1e9 / line.nanos().applyAsLong(one);
                double b = line.tokens() * 1e9 / line.nanos().applyAsLong(two);
                double c = 2 * line.tokens() * 1e9 / apart(line, one, other);
                if (round >= 0) {
                    alone[round] = a;
                    together[round] = b;
                    ratios[round] = b / a;
                    apart[round] = c / a;
                }
            }
            for (double[] figures : List.of(alone, together, ratios, apart)) {
                Arrays.sort(figures);
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %.1f | %.2f | %.2f |%n",
                    storage,
                    line.name(),
                    alone[rounds / 2],
                    together[rounds / 2],
                    ratios[rounds / 2],
                    apart[rounds / 2]);
        }
    }

    /** Nanoseconds until both have done the work once. */
    private static long apart(Line line, EngineBench one, EngineBench other) throws InterruptedException {
        long start = System.nanoTime();
        Thread second = Thread.ofPlatform().start(() -> {
            var _ = line.nanos().applyAsLong(other);
        });
        var _ = line.nanos().applyAsLong(one);
        second.join();
        return System.nanoTime() - start;
    }
}
