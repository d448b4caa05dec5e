package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.model.EngineBench;
import dev.parley.moe.engine.model.EngineLogits;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Compares a GGUF file in the engine and in llama.cpp: the tokens of texts, which must be equal, the logits over a prompt, greedy
 * answers and speed, which are printed. Exits with 1 if tokens differ.
 */
public final class ModelCheck {
    /** Texts of many kinds of characters. */
    static final List<String> TEXTS = List.of(
            "Hello, world!",
            "It's 2026-11-25; we'll pay 1,234.50 EUR  for 17 apples.\n\n\tIndented, isn't it?   ",
            "Grüße aus Köln, 世界 και κόσμος 👍🏽 \u00a0end",
            "for (int i = 0; i < 10; i++) { sum += x[i]*y[i]; } // done\r\n",
            "   leading   and trailing   ",
            "WE'LL SEE'S THEY'RE I'd I'm you've  12345678901 3.14159e-10");

    private static final List<String> QUESTIONS =
            List.of("What is the capital of France?", "Write one sentence about the sea.");
    private static final int ANSWER = 24;

    private ModelCheck() {}

    /**
     * @param args the file
     */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        long start = System.nanoTime();
        Model model = ModelLoader.load(file);
        System.out.printf(Locale.ROOT, "%s: loaded in %.1f s%n", model.profile(), (System.nanoTime() - start) / 1e9);
        boolean alike = true;
        try (LlamaCpp other = new LlamaCpp(file, LlamaCpp.Options.exact(512))) {
            for (String text : TEXTS) {
                int[] ours = model.tokenizer().encode(text);
                int[] theirs = other.tokens(text);
                alike &= Arrays.equals(ours, theirs);
                System.out.printf("tokens %s: %s%n", Arrays.equals(ours, theirs) ? "equal" : "DIFFERENT", text.strip());
            }
            for (String question : QUESTIONS) {
                answers(model, other, question);
            }
            speed(model, other);
        }
        System.exit(alike ? 0 : 1);
    }

    private static void answers(Model model, LlamaCpp other, String question) throws IOException {
        int[] prompt = model.template().render(List.of(new ChatMessage(ChatMessage.Role.USER, question)));
        int[] ours = Greedy.tokens(prompt, model, tokens -> EngineLogits.all(model, Kernels.vector(), tokens));
        int[] theirs = Greedy.tokens(prompt, model, other::logits);
        int same = Arrays.mismatch(ours, theirs);
        System.out.printf(
                "%s%n  ours:      %s%n  llama.cpp: %s%n  %s%n",
                question,
                text(model, ours, prompt.length),
                text(model, theirs, prompt.length),
                same < 0 ? "equal" : "the same for " + (same - prompt.length) + " tokens");
    }

    private static String text(Model model, int[] tokens, int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < tokens.length; i++) {
            text.append(new String(model.tokenizer().bytes(tokens[i]), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static void speed(Model model, LlamaCpp other) throws IOException {
        EngineBench bench = new EngineBench(model, 64);
        for (int i = 0; i < 3; i++) {
            bench.decode(ANSWER, 1);
            bench.prefill(64);
        }
        System.out.printf(
                Locale.ROOT,
                "one thread, by CPU time: decode %.1f tokens/s (llama.cpp %.1f), prefill %.1f (%.1f)%n",
                ANSWER * 1e9 / bench.decode(ANSWER, 1).cpu(),
                ANSWER * 1e9 / other.decode(ANSWER, 1).cpu(),
                64e9 / bench.prefill(64).cpu(),
                64e9 / other.prefill(64).cpu());
    }
}
