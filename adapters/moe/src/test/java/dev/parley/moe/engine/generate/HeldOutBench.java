package dev.parley.moe.engine.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.ExactKernels;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Asks each specialist the held-out questions of its field and prints how many it answers exactly, and what that took. */
public final class HeldOutBench {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HeldOutBench() {}

    private record Asked(String task, String answer, Recorder heard) {}

    /**
     * @param args file of questions (JSON lines), folder of GGUF files, and {@code exact} to compute without rounding activations
     */
    public static void main(String[] args) throws Exception {
        Kernels kernels = args.length > 2 && args[2].equals("exact") ? ExactKernels.create() : Kernels.vector();
        Map<String, List<JsonNode>> bySpecialist = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            JsonNode question = JSON.readTree(line);
            bySpecialist
                    .computeIfAbsent(question.path("specialist").asText(), s -> new ArrayList<>())
                    .add(question);
        }
        for (Map.Entry<String, List<JsonNode>> entry : bySpecialist.entrySet()) {
            Path file = Path.of(args[1], entry.getKey() + ".gguf");
            if (Files.exists(file)) {
                ask(ModelLoader.load(file), kernels, entry.getValue());
            }
        }
    }

    private static void ask(Model model, Kernels kernels, List<JsonNode> questions) throws Exception {
        Scheduler.Limits limits = new Scheduler.Limits(1, 8, questions.size());
        long start = System.nanoTime();
        try (Scheduler scheduler = new Scheduler(limits, List.of(model), () -> kernels)) {
            List<Asked> asked = new ArrayList<>();
            for (JsonNode question : questions) {
                Recorder heard = new Recorder();
                asked.add(new Asked(
                        question.path("task").asText(), question.path("answer").asText(), heard));
                ChatMessage user = new ChatMessage(
                        ChatMessage.Role.USER, question.path("prompt").asText());
                GenerationRequest request = new GenerationRequest(
                        List.of(user), SamplingSpec.GREEDY, 0, new GenerationRequest.Limits(96, 512, List.of()), -1);
                scheduler.submit(model, List.of(new Scheduler.Task(request, heard)));
            }
            report(model.profile().name(), asked);
        }
        System.out.printf(Locale.ROOT, "  in %.1f s%n", (System.nanoTime() - start) / 1e9);
    }

    private static void report(String name, List<Asked> asked) throws Exception {
        Map<String, int[]> byTask = new TreeMap<>();
        int right = 0;
        double sureRight = 0;
        double sureWrong = 0;
        for (Asked a : asked) {
            Ending ending = a.heard().await();
            boolean hit = a.heard().text.toString().equals(a.answer());
            int[] counts = byTask.computeIfAbsent(a.task(), t -> new int[2]);
            counts[0] += hit ? 1 : 0;
            counts[1]++;
            right += hit ? 1 : 0;
            sureRight += hit ? ending.confidence().min() : 0;
            sureWrong += hit ? 0 : ending.confidence().min();
        }
        System.out.printf(
                Locale.ROOT,
                "%s: %d of %d right; least token probability %.3f when right, %.3f when wrong%n",
                name,
                right,
                asked.size(),
                sureRight / Math.max(1, right),
                sureWrong / Math.max(1, asked.size() - right));
        byTask.forEach((task, c) -> System.out.printf("  %s %d/%d%n", task, c[0], c[1]));
    }
}
