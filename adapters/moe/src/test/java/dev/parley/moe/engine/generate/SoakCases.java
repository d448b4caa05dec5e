package dev.parley.moe.engine.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.ExpertCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.text.ChatMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Random requests to the shipped models, parley-text with a cache of half its experts, greedy, each with expert controls of its own. */
final class SoakCases implements AutoCloseable {
    private static final Path SHIPPED = Path.of("src/main/resources/dev/parley/moe/models");
    private static final int LAYERS = 4;
    private static final int EXPERTS = 8;
    /** Half of parley-text's 32 experts: 3 matrices of 96 x 96 at 8 bits, a float for each 32. */
    private static final long BUDGET = 16L * (3 * 96 * 96 + 3 * 96 * 96 / 32 * 4);

    private final SplittableRandom random;
    private final ExpertCache cache = new ExpertCache(BUDGET, ExpertCache.Policy.LFU);
    private final List<Model> models = new ArrayList<>();
    private final List<List<String>> prompts = new ArrayList<>(); // by model

    /** What is asked of whom. */
    record Case(Model model, GenerationRequest request) {}

    SoakCases(long seed) throws IOException {
        random = new SplittableRandom(seed);
        for (String name : List.of("parley-math", "parley-facts", "parley-chat", "parley-text")) {
            Path file = SHIPPED.resolve(name + ".gguf");
            models.add(name.equals("parley-text") ? ModelLoader.load(file, cache) : ModelLoader.load(file));
            prompts.add(golden(name));
        }
    }

    private static List<String> golden(String name) throws IOException {
        List<String> prompts = new ArrayList<>();
        try (InputStream in =
                Objects.requireNonNull(SoakCases.class.getResourceAsStream("/golden/" + name + ".json"))) {
            for (JsonNode answer : new ObjectMapper().readTree(in).path("answers")) {
                prompts.add(answer.path("prompt").asText());
            }
        }
        return prompts;
    }

    List<Model> models() {
        return models;
    }

    ExpertCache.Figures cache() {
        return cache.figures();
    }

    static long budget() {
        return BUDGET;
    }

    Case next() {
        int which = random.nextInt(models.size());
        List<ChatMessage> messages = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            // Longer than one step's piece of a prompt, often longer than a page of keys.
            String words = "Be brief. ".repeat(random.nextInt(1, 24));
            messages.add(new ChatMessage(ChatMessage.Role.SYSTEM, words));
        }
        List<String> asked = prompts.get(which);
        messages.add(new ChatMessage(ChatMessage.Role.USER, asked.get(random.nextInt(asked.size()))));
        GenerationRequest.Limits limits =
                new GenerationRequest.Limits(random.nextInt(4, 64), Integer.MAX_VALUE, List.of());
        return new Case(
                models.get(which), new GenerationRequest(messages, SamplingSpec.GREEDY, 1, limits, -1, experts()));
    }

    private ExpertSpec experts() {
        OptionalInt all = OptionalInt.empty();
        float[][] none = GateRule.USUAL.bias();
        GateRule rule = switch (random.nextInt(7)) {
            case 0 -> GateRule.USUAL;
            case 1 -> new GateRule(OptionalInt.of(random.nextInt(1, EXPERTS + 1)), 1, 0, all, none);
            case 2 -> new GateRule(all, 0.3f + 0.6f * (float) random.nextDouble(), 0, all, none);
            case 3 -> new GateRule(all, 1, (float) random.nextDouble(), all, none);
            default -> new GateRule(all, 1, 0, all, bias());
        };
        boolean contrasted = random.nextInt(6) == 0;
        GateRule weak = new GateRule(all, 1, 0, OptionalInt.of(random.nextInt(1, 4)), rule.bias());
        Optional<ExpertSpec.Contrast> contrast =
                contrasted ? Optional.of(new ExpertSpec.Contrast(weak, 0.1, 0.5)) : Optional.empty();
        return new ExpertSpec(rule, contrast, true);
    }

    /** Up to five of eight experts masked in each layer, the others leant to. */
    private float[][] bias() {
        float[][] bias = new float[LAYERS][EXPERTS];
        for (float[] layer : bias) {
            for (int e = 0; e < EXPERTS; e++) {
                layer[e] = (float) random.nextDouble() - 0.5f;
            }
            for (int n = random.nextInt(6); n > 0; n--) {
                layer[random.nextInt(EXPERTS)] = Float.NEGATIVE_INFINITY;
            }
        }
        return bias;
    }

    @Override
    public void close() {
        cache.close();
    }
}
