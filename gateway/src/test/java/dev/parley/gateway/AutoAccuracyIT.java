package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.graphrouter.calibrate.Grader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bar of the first routing: over the held-out questions (other seed, other phrasings) {@code auto} is within one point of the best
 * model per field, and any single model is far below.
 */
class AutoAccuracyIT {
    private static final List<String> MODELS =
            List.of("parley-math", "parley-text", "parley-facts", "parley-chat", "parley-general", "auto");
    private static final int LANES = 8;

    @TempDir
    Path folder;

    private record Question(String specialist, String prompt, String answer) {}

    @Test
    void autoIsAsGoodAsTheBestModelOfEachField() throws Exception {
        List<Question> questions = questions();
        Map<String, Map<String, Double>> right = new TreeMap<>();
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            for (String model : MODELS) {
                right.put(model, accuracy(gateway, model, posed(model, questions)));
            }
        }
        right.forEach((model, fields) -> System.err.printf("accuracy %-14s %s%n", model, fields));
        double best = 0;
        double auto = 0;
        List<String> fields = List.of("math", "text", "facts", "chat");
        for (String field : fields) {
            best += MODELS.stream()
                    .filter(m -> !m.equals("auto"))
                    .mapToDouble(m -> of(right, m, field))
                    .max()
                    .orElseThrow();
            auto += of(right, "auto", field);
        }
        assertThat(auto / fields.size()).isGreaterThanOrEqualTo(best / fields.size() - 0.01);
        for (String model : MODELS.subList(0, 5)) {
            double mean = fields.stream()
                    .mapToDouble(field -> of(right, model, field))
                    .average()
                    .orElseThrow();
            assertThat(mean).as(model).isLessThan(auto / fields.size() - 0.3);
        }
    }

    /** Everything to {@code auto} and to each model of its own field; of foreign fields every sixth, which is plenty to show it is lost. */
    private static List<Question> posed(String model, List<Question> questions) {
        List<Question> posed = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            Question question = questions.get(i);
            if (model.equals("auto") || model.equals(question.specialist()) || i % 6 == 0) {
                posed.add(question);
            }
        }
        return posed;
    }

    private static double of(Map<String, Map<String, Double>> right, String model, String field) {
        return right.getOrDefault(model, Map.of()).getOrDefault(field, 0.0);
    }

    /** By field, over the lanes' concurrent questions. */
    private static Map<String, Double> accuracy(TestGateway gateway, String model, List<Question> questions) {
        Map<String, int[]> counts = new HashMap<>();
        Deque<Question> open = new ArrayDeque<>(questions);
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            lanes.add(lane(gateway, model, open, counts));
        }
        CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).join();
        Map<String, Double> accuracy = new TreeMap<>();
        counts.forEach((field, count) -> accuracy.put(field, (double) count[0] / count[1]));
        return accuracy;
    }

    private static CompletableFuture<Void> lane(
            TestGateway gateway, String model, Deque<Question> open, Map<String, int[]> counts) {
        Question question;
        synchronized (open) {
            question = open.poll();
        }
        if (question == null) {
            return CompletableFuture.completedFuture(null);
        }
        return gateway.ask(model, question.prompt()).thenCompose(answer -> {
            synchronized (open) {
                int[] count = counts.computeIfAbsent(question.specialist().replace("parley-", ""), f -> new int[2]);
                count[0] += Grader.grade(answer, question.answer()) >= 1 ? 1 : 0;
                count[1]++;
            }
            return lane(gateway, model, open, counts);
        });
    }

    private static List<Question> questions() throws IOException {
        List<Question> questions = new ArrayList<>();
        try (InputStream in = AutoAccuracyIT.class.getResourceAsStream("/questions/heldout.jsonl")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                JsonNode row = TestGateway.json(line);
                questions.add(new Question(
                        row.path("specialist").asText(),
                        row.path("prompt").asText(),
                        row.path("answer").asText()));
            }
        }
        return questions;
    }
}
