package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Prints what a conversation of a shipped model costs to its first token, turn by turn, with and without reuse of what earlier turns
 * have computed, in turn: time on the wall, medians over rounds.
 */
final class PrefixBench {
    private static final int TURNS = 6;
    private static final int ROUNDS = 60;

    private PrefixBench() {}

    /** @param args a GGUF file */
    public static void main(String[] args) throws Exception {
        Model model = ModelLoader.load(Path.of(args[0]));
        long[][][] nanos = new long[2][TURNS][ROUNDS]; // [with]
        int[] tokens = new int[TURNS];
        int[] reused = new int[TURNS];
        for (int round = -10; round < ROUNDS; round++) {
            try (Scheduler kept = scheduler(model)) {
                for (int turn = 0; turn < TURNS; turn++) {
                    try (Scheduler fresh = scheduler(model)) {
                        long without = time(fresh, model, turn, new Recorder());
                        Recorder recorder = new Recorder();
                        long with = time(kept, model, turn, recorder);
                        tokens[turn] = recorder.started.join();
                        reused[turn] = recorder.await().reused();
                        if (round >= 0) {
                            nanos[0][turn][round] = without;
                            nanos[1][turn][round] = with;
                        }
                    }
                }
            }
        }
        System.out.println("| turn | prompt tokens | reused | ms without | with | ratio |\n|---|---|---|---|---|---|");
        for (int turn = 0; turn < TURNS; turn++) {
            Arrays.sort(nanos[0][turn]);
            Arrays.sort(nanos[1][turn]);
            double without = nanos[0][turn][ROUNDS / 2] / 1e6;
            double with = nanos[1][turn][ROUNDS / 2] / 1e6;
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %d | %d | %.2f | %.2f | %.2f |%n",
                    turn + 1,
                    tokens[turn],
                    reused[turn],
                    without,
                    with,
                    with / without);
        }
    }

    private static Scheduler scheduler(Model model) {
        return new Scheduler(new Scheduler.Limits(1, 1, 1), List.of(model), Kernels::vector);
    }

    private static long time(Scheduler scheduler, Model model, int turn, Recorder recorder) throws Exception {
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i <= turn; i++) {
            messages.add(new ChatMessage(
                    ChatMessage.Role.USER, "What is the capital of the " + (i + 7) + "th country of my list?"));
            if (i < turn) {
                messages.add(new ChatMessage(ChatMessage.Role.ASSISTANT, "That is not in the list."));
            }
        }
        GenerationRequest request = new GenerationRequest(
                messages, SamplingSpec.GREEDY, 1, new GenerationRequest.Limits(1, Integer.MAX_VALUE, List.of()), -1);
        long before = System.nanoTime();
        scheduler.submit(model, List.of(new Scheduler.Task(request, recorder)));
        recorder.await();
        return System.nanoTime() - before;
    }
}
