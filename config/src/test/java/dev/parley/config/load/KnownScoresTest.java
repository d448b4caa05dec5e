package dev.parley.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ParleyConfig;
import dev.parley.config.Price;
import dev.parley.config.load.KnownScores.Standing;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownScoresTest {
    private static final KnownScores SHIPPED = KnownScores.shipped();

    private static ModelCard card(String yaml, String id) {
        return ConfigLoader.parse(yaml, name -> Optional.empty())
                .model(new ModelId(id))
                .orElseThrow()
                .card();
    }

    private static double overall(String name) {
        return SHIPPED.find(name).orElseThrow().overall();
    }

    @Test
    void everyScoreIsAShareAndNamesASourceWithPlaceAndDate() {
        assertThat(SHIPPED.entries()).hasSizeGreaterThan(100);
        SHIPPED.entries()
                .forEach((model, entry) -> entry.scores().forEach((benchmark, score) -> {
                    assertThat(score.value()).as(model + " " + benchmark).isBetween(0.0, 1.0);
                    assertThat(SHIPPED.sources()).as(model + " " + benchmark).containsKey(score.source());
                    if (benchmark.equals("gpqa")) {
                        assertThat(SHIPPED.sources().get(score.source()))
                                .as("which set of GPQA, " + score.source())
                                .containsKey("gpqa");
                    }
                }));
        SHIPPED.sources().forEach((source, said) -> {
            assertThat(said).as(source).containsKeys("where", "read");
            assertThat(said.get("where")).as(source).startsWith("https://");
            assertThat(LocalDate.parse(said.get("read"))).as(source).isAfter(LocalDate.of(2026, 1, 1));
            if (said.containsKey("published")) {
                assertThat(LocalDate.parse(said.get("published")))
                        .as(source)
                        .isBefore(LocalDate.parse(said.get("read")));
            }
        });
    }

    @Test
    void everyModelHasScoresOfItsOwnOrAnEarlierOneThatHas() {
        SHIPPED.entries().forEach((model, entry) -> {
            boolean like = !entry.like().isEmpty();
            assertThat(entry.scores().isEmpty()).as(model).isEqualTo(like);
            if (like) {
                assertThat(SHIPPED.entries())
                        .as(model)
                        .hasEntrySatisfying(
                                entry.like(), e -> assertThat(e.scores()).isNotEmpty());
            }
        });
    }

    @Test
    void noNameMeansTwoModelsAndEveryNameIsFound() {
        List<String> names = new ArrayList<>();
        SHIPPED.entries().forEach((model, entry) -> {
            names.add(model);
            names.addAll(entry.aliases());
            String whose = entry.like().isEmpty() ? model : entry.like();
            for (String name : entry.aliases()) {
                assertThat(SHIPPED.find(name).map(Standing::model)).as(name).contains(whose);
            }
            assertThat(SHIPPED.find(model).map(Standing::model)).as(model).contains(whose);
        });
        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9.-]+"));
    }

    @ParameterizedTest
    @CsvSource({
        "Qwen/Qwen2.5-7B-Instruct, qwen2.5-7b",
        "qwen2.5:7b, qwen2.5-7b",
        "qwen2.5:7b-instruct-q4_K_M, qwen2.5-7b",
        "Qwen/Qwen2.5-7B-Instruct-AWQ, qwen2.5-7b",
        "bartowski/Qwen2.5-7B-Instruct-GGUF, qwen2.5-7b",
        "qwen2.5-7b-instruct-q5_k_m.gguf, qwen2.5-7b",
        "together_ai/Qwen/Qwen2.5-7B-Instruct-Turbo, qwen2.5-7b",
        "meta-llama/Meta-Llama-3.1-8B-Instruct, llama-3.1-8b",
        "meta-llama/Llama-3.3-70B-Instruct, llama-3.3-70b",
        "llama3.1:8b, llama-3.1-8b",
        "meta-llama/llama-3.3-70b-instruct:free, llama-3.3-70b",
        "gpt-4o-2024-08-06, gpt-4o",
        "gpt-4o-2024-05-13, gpt-4o-2024-05-13",
        "openai/gpt-4.1-mini-2025-04-14, gpt-4.1-mini",
        "gpt-5.4-mini-2026-03-17, gpt-5-mini",
        "claude-haiku-4-5-20251001, claude-haiku-4-5",
        "anthropic/claude-sonnet-4.5, claude-sonnet-4-5",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0, claude-sonnet-4-5",
        "gemini/gemini-2.5-flash, gemini-2.5-flash",
        "google/gemma-3-27b-it, gemma-3-27b",
        "gpt-oss:20b, gpt-oss-20b",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B, deepseek-r1-distill-qwen-7b",
        "mistralai/Mixtral-8x7B-Instruct-v0.1, mixtral-8x7b",
        "microsoft/phi-4, phi-4",
    })
    void hostsWriteTheSameWeightsInManyWays(String written, String model) {
        assertThat(SHIPPED.find(written).map(Standing::model)).contains(model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-3.1-8b-xyz-uncensored",
                "someone/Qwen2.5-7B-Instruct-abliterated",
                "Qwen/Qwen2.5-Coder-7B-Instruct",
                "Qwen/Qwen2.5-7B-base",
                "gpt-4.1-nano-finetuned",
                "parley-math",
                "qwen2.5",
                "it",
                "-instruct",
                ""
            })
    void anotherWordMakesAnotherModel(String written) {
        assertThat(SHIPPED.find(written)).isEmpty();
    }

    @Test
    void theOverallFigureOrdersModelsAsTheirSharedBenchmarksDo() {
        assertThat(overall("qwen2.5-0.5b")).isLessThan(overall("qwen2.5-7b"));
        assertThat(overall("qwen2.5-7b")).isLessThan(overall("qwen2.5-72b"));
        assertThat(overall("llama-3.1-8b")).isLessThan(overall("llama-3.3-70b"));
        assertThat(overall("gpt-4.1-nano")).isLessThan(overall("gpt-4.1"));
        assertThat(overall("gpt-4o-mini")).isLessThan(overall("gpt-4o"));
        assertThat(overall("gpt-4o")).isLessThan(overall("o3"));
    }

    @Test
    void aModelKnownByAHardBenchmarkOnlyIsNotBelowOneKnownByEasyOnes() {
        Standing haiku = SHIPPED.find("claude-haiku-4-5").orElseThrow();
        Standing small = SHIPPED.find("llama-3.2-3b").orElseThrow();
        assertThat(haiku.byBenchmark()).containsOnlyKeys("gpqa");
        double plainMean = small.byBenchmark().values().stream()
                .mapToDouble(s -> s)
                .average()
                .orElseThrow();
        assertThat(haiku.byBenchmark().getOrDefault("gpqa", 0.0) - plainMean)
                .as("hardly better by its plain mean")
                .isLessThan(0.15);
        assertThat(haiku.overall() - small.overall()).isGreaterThan(0.2);
    }

    @Test
    void theOverallFigureIsTheMeanWhereNothingIsMissing() {
        Map<String, Map<String, Double>> scores = new TreeMap<>();
        for (int m = 0; m < 40; m++) {
            double ability = -2 + 0.1 * m;
            Map<String, Double> own = new HashMap<>();
            own.put("easy", share(1.5 + ability));
            own.put("hard", share(-1.5 + 1.3 * ability));
            scores.put("m" + (10 + m), own);
        }
        Map<String, Double> whole = Overall.of(scores);
        scores.forEach((model, own) -> assertThat(whole.getOrDefault(model, -1.0))
                .as(model)
                .isCloseTo(own.values().stream().mapToDouble(s -> s).average().orElseThrow(), within(0.03)));
        scores.put("m30", Map.of("hard", share(-1.5 + 1.3 * 0)));
        assertThat(Overall.of(scores).getOrDefault("m30", -1.0))
                .as("the easy score is missing")
                .isCloseTo(whole.getOrDefault("m30", -2.0), within(0.05));
        assertThat(Overall.of(Map.of("alone", Map.of("rare", 0.9)))).isEmpty();
    }

    private static double share(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    @Test
    void threeModelsByNameHaveSensibleCards() {
        ParleyConfig config = ConfigLoader.parse("""
                backends:
                  - {id: home, url: "http://localhost:8000/v1", models: [Qwen/Qwen2.5-7B-Instruct]}
                  - {id: openai, url: "https://api.openai.com/v1", models: [gpt-4o-mini, gpt-5.5]}
                """, name -> Optional.empty());
        ModelCard small = config.models().get(0).card();
        ModelCard mini = config.models().get(1).card();
        ModelCard strong = config.models().get(2).card();
        assertThat(small.quality()).isBetween(0.5, 0.75);
        assertThat(mini.quality()).isGreaterThan(small.quality());
        assertThat(strong.quality()).isGreaterThan(mini.quality()).isLessThan(1.0);
        assertThat(small.qualityByTask()).containsEntry("gsm8k", 0.916).containsEntry("math-l5", 0.5146);
        assertThat(mini.qualityByTask()).containsEntry("mmlu", 0.82).containsEntry("gpqa", 0.402);
        assertThat(strong.qualityByTask()).as("of gpt-5.4").containsEntry("gpqa", 0.928);
        assertThat(config.models().subList(1, 3)).noneMatch(m -> m.price() instanceof Price.Unknown);
        assertThat(ConfigCheck.summary(config)).contains("SCORES", "13", "1 of gpt-5.4");
    }

    @Test
    void whatIsDeclaredWinsKeyByKey() {
        ModelCard card = card("""
                backends:
                  - id: cloud
                    url: https://api.openai.com/v1
                    models: [{id: mine, upstream: gpt-4.1, card: {quality: 0.3, quality_by_task: {mmlu: 0.1, poems: 0.2}}}]
                """, "mine");
        assertThat(card.quality()).isEqualTo(0.3);
        assertThat(card.qualityByTask())
                .containsEntry("mmlu", 0.1)
                .containsEntry("poems", 0.2)
                .containsEntry("gpqa", 0.663);
    }

    @Test
    void anUnknownModelHasTheUsualCardAndSoHasAnOllamaNameThatSaysNoSize() {
        String yaml = """
                backends:
                  - {id: ollama, kind: ollama, models: [deepseek-r1, "deepseek-r1:latest", "deepseek-r1:7b", my-own]}
                """;
        assertThat(card(yaml, "my-own").quality()).isEqualTo(0.5);
        assertThat(card(yaml, "deepseek-r1").qualityByTask()).isEmpty();
        assertThat(card(yaml, "deepseek-r1:latest").quality()).isEqualTo(0.5);
        assertThat(card(yaml, "deepseek-r1:7b").qualityByTask()).containsEntry("math-500", 0.928);
    }

    @Test
    void theCatalogueStaysSmallAndSorted() {
        for (String file : List.of("models/scores.json", "models/prices.json")) {
            String text = Shipped.text(file);
            assertThat(text.length()).as(file).isLessThan(200_000);
            List<String> keys = text.lines()
                    .filter(line -> line.matches("\\s+\"[^_\"][^\"]*\": \\{.*\"(scores|like|mode)\".*"))
                    .map(line -> line.strip().substring(1, line.strip().indexOf('"', 1)))
                    .toList();
            assertThat(keys).as(file).hasSizeGreaterThan(100).isSorted();
        }
    }
}
