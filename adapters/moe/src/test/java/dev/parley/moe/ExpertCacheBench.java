package dev.parley.moe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.parley.moe.engine.generate.GenerationRequest;
import dev.parley.moe.engine.generate.Recorder;
import dev.parley.moe.engine.generate.SamplingSpec;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.model.ExpertCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the cache of experts costs on a shipped model: hit rate, foresight, bytes read and speed by budget and policy, in Markdown. */
public final class ExpertCacheBench {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int QUESTIONS = 60;

    private ExpertCacheBench() {}

    /** What is kept in memory. */
    private enum Kept {
        LRU,
        LFU,
        LFU_TWINS;

        ExpertCache cache(long budget) {
            return new ExpertCache(
                    budget, this == LRU ? ExpertCache.Policy.LRU : ExpertCache.Policy.LFU, this == LFU_TWINS);
        }
    }

    private record Run(List<String> answers, double tokensPerSecond) {
        long same(Run other) {
            return IntStream.range(0, QUESTIONS)
                    .filter(i -> answers.get(i).equals(other.answers.get(i)))
                    .count();
        }
    }

    /** @param args file of questions (JSON lines), and the model's name */
    public static void main(String[] args) throws Exception {
        List<String> prompts = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            JsonNode q = new ObjectMapper().readTree(line);
            if (q.path("specialist").asText().equals(args[1]) && prompts.size() < QUESTIONS) {
                prompts.add(q.path("prompt").asText());
            }
        }
        Path file = Files.createTempDirectory("experts").resolve(args[1] + ".gguf");
        try (var in = Objects.requireNonNull(ModelStore.class.getResourceAsStream("models/" + args[1] + ".gguf"))) {
            Files.copy(in, file);
        }
        System.out.printf(
                "%n### %s%n| in memory | policy | at a time | hits | foreseen | read | tokens/s | same answers |%n"
                        + "|---|---|---|---|---|---|---|---|%n",
                args[1]);
        for (int places : new int[] {1, 8}) {
            Model whole = ModelLoader.load(file);
            for (int i = 0; i < 4; i++) {
                ask(whole, prompts, places); // warms up
            }
            Run usual = ask(whole, prompts, places);
            System.out.printf(Locale.ROOT, "| all | | %d | | | | %.0f | |%n", places, usual.tokensPerSecond());
            long all = bytes(file);
            for (int quarter = 1; quarter <= 3; quarter++) {
                for (Kept kept : Kept.values()) {
                    if (kept == Kept.LFU_TWINS && quarter < 3) {
                        continue; // twins alone take more than half
                    }
                    try (ExpertCache cache = kept.cache(all * quarter / 4)) {
                        Run run = ask(ModelLoader.load(file, cache), prompts, places);
                        ExpertCache.Figures f = cache.figures();
                        System.out.printf(
                                Locale.ROOT,
                                "| %d %% | %s | %d | %.1f %% | %.1f %% | %.1f MB | %.0f | %d of %d |%n",
                                25 * quarter,
                                kept,
                                places,
                                100 * f.hitRate(),
                                100 * f.recall(),
                                f.loadedBytes() / 1e6,
                                run.tokensPerSecond(),
                                run.same(usual),
                                QUESTIONS);
                    }
                }
            }
        }
    }

    /** Of all experts: what a cache without bounds ends up with. */
    private static long bytes(Path file) throws Exception {
        try (ExpertCache cache = new ExpertCache(Long.MAX_VALUE / 2, ExpertCache.Policy.LRU)) {
            Model model = ModelLoader.load(file, cache);
            GenerationRequest all = request("x", Optional.of(model.shape().experts()));
            Recorder recorder = new Recorder();
            try (Scheduler scheduler = new Scheduler(new Scheduler.Limits(1, 1, 1), List.of(model), Kernels::vector)) {
                scheduler.submit(model, List.of(new Scheduler.Task(all, recorder)));
                recorder.ending.join();
            }
            return cache.figures().residentBytes();
        }
    }

    private static GenerationRequest request(String prompt, Optional<Integer> experts) {
        var rule = new dev.parley.moe.engine.gate.GateRule(
                experts.map(java.util.OptionalInt::of).orElseGet(java.util.OptionalInt::empty),
                1,
                0,
                java.util.OptionalInt.empty(),
                new float[0][]);
        return new GenerationRequest(
                List.of(new ChatMessage(ChatMessage.Role.USER, prompt)),
                SamplingSpec.GREEDY,
                0,
                new GenerationRequest.Limits(96, 512, List.of()),
                -1,
                new dev.parley.moe.engine.generate.ExpertSpec(rule, Optional.empty(), false));
    }

    private static Run ask(Model model, List<String> prompts, int places) throws Exception {
        Kernels kernels = Kernels.vector();
        long cpu = SYSTEM.getProcessCpuTime();
        List<Recorder> heard = new ArrayList<>();
        Scheduler.Limits limits = new Scheduler.Limits(1, places, prompts.size());
        try (Scheduler scheduler = new Scheduler(limits, List.of(model), () -> kernels)) {
            for (String prompt : prompts) {
                Recorder recorder = new Recorder();
                heard.add(recorder);
                scheduler.submit(model, List.of(new Scheduler.Task(request(prompt, Optional.empty()), recorder)));
            }
            heard.forEach(recorder -> recorder.ending.join());
        }
        double seconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
        long tokens = 0;
        List<String> answers = new ArrayList<>();
        for (Recorder recorder : heard) {
            tokens += recorder.ending.join().tokens() + recorder.started.join();
            answers.add(recorder.text.toString());
        }
        return new Run(answers, tokens / seconds);
    }
}
