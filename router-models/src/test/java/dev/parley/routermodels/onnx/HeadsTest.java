package dev.parley.routermodels.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.RoutingSpec;
import dev.parley.config.RoutingSpec.Device;
import dev.parley.config.load.ConfigLoader;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import dev.parley.routermodels.testing.Golden;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real heads on the real encoder. */
class HeadsTest {
    private static MiniLmEncoder encoder;

    @BeforeAll
    static void open() {
        encoder = MiniLmEncoder.open(new RoutingSpec("balanced", Device.CPU, 1, 128, Duration.ofMillis(50), ""));
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    private static QueryProfile profile(String text) {
        return encoder.encode(Query.of(text), Instant.MAX)
                .orTimeout(60, TimeUnit.SECONDS)
                .join()
                .profile()
                .orElseThrow();
    }

    /**
     * The whole way - tokenizer, encoder, complexity, heads - gives what the training's own gave, for all texts by the arithmetic of one
     * kind of CPU: without VNNI an x86 saturates some sums of the 8-bit encoder.
     */
    @Test
    void equalsTheReferenceInPython() {
        List<Golden> rows =
                Golden.all().stream().filter(row -> row.said().length > 0).toList();
        List<QueryProfile> profiles =
                rows.stream().map(row -> profile(row.text())).toList();
        List<String> saturating = off(rows, profiles, Golden::said);
        if (!saturating.isEmpty()) {
            assertThat(off(rows, profiles, Golden::exact))
                    .as("off the exact reference; off the saturating one: " + saturating)
                    .isEmpty();
        }
    }

    /** Texts of which something else is said than in the reference. */
    private static List<String> off(
            List<Golden> rows, List<QueryProfile> profiles, Function<Golden, double[]> reference) {
        List<String> off = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            double[] said = reference.apply(rows.get(i));
            QueryProfile profile = profiles.get(i);
            int domains = profile.domains().length;
            boolean close = Math.abs(profile.difficulty() - said[domains]) <= 5e-2
                    && Math.abs(Math.log(profile.outputTokens()) - said[domains + 1]) <= 5e-2;
            for (int d = 0; d < domains; d++) {
                close &= Math.abs(profile.domains()[d] - said[d]) <= 2e-2;
            }
            if (!close) {
                off.add(rows.get(i).text());
            }
        }
        return off;
    }

    @Test
    void ordinaryQuestionsAreToldApart() {
        assertThat(profile("A train leaves at 3 pm at 80 km/h. How far is it after 2.5 hours?")
                        .domain())
                .isEqualTo("math");
        assertThat(profile("Write a Java method that removes duplicates from an ArrayList")
                        .domain())
                .isEqualTo("code");
        assertThat(profile("Translate 'good evening' to Norwegian").domain()).isEqualTo("language");
        assertThat(profile("Write a short poem about the winter sea").domain()).isEqualTo("writing");
        assertThat(profile("Hello! How are you doing?").domain()).isEqualTo("chat");
        assertThat(profile("Write a Python function that sorts a list, and then write a short poem about the sea.")
                        .involves("code"))
                .hasValueSatisfying(p -> assertThat(p).isGreaterThan(0.5));
        assertThat(profile("Übersetze den Satz bitte ins Englische").language().likely())
                .isEqualTo("de");
        assertThat(profile("Which enzyme unwinds DNA during replication?").domain())
                .isEqualTo("science");
        double live = profile("What's the weather like in Helsinki right now?")
                .flag("tools")
                .orElseThrow();
        double lasting =
                profile("What is the capital of Finland?").flag("tools").orElseThrow();
        assertThat(live).isGreaterThan(lasting + 0.3);
        assertThat(profile("Write a novel chapter of 500 words").outputTokens())
                .isGreaterThan(2 * profile("What is 3 + 4?").outputTokens());
    }

    /** A score means: the average over the difficulties of what it was got on. */
    @Test
    void aScoreBecomesASkillAndBack() {
        SkillSpace space = profile("x").space();
        assertThat(space.yardsticks()).extracting(SkillSpace.Yardstick::name).containsAll(space.domains());
        assertThat(space.yardsticks()).extracting(SkillSpace.Yardstick::name).contains("gsm8k", "mmlu", "humaneval");
        for (SkillSpace.Yardstick yardstick : space.yardsticks()) {
            double skill = yardstick.skill(0.8);
            double mean = Arrays.stream(yardstick.difficulties())
                    .map(b -> SkillSpace.sigmoid(skill - b))
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(0.8, within(1e-6));
            assertThat(yardstick.skill(0.9)).isGreaterThan(skill);
            assertThat(space.domains()).containsAll(yardstick.domains());
        }
    }

    /** What models of the catalogue got on all of MATH says of their skill what easier and harder texts of mathematics say. */
    @Test
    void mathIsAYardstickOfItsOwn() {
        String models =
                "claude-3-opus, gemini-1.5-flash, gemini-1.5-pro, gemma-2-9b, gemma-2-27b, gpt-4o, gpt-4o-mini, llama-3.1-8b,"
                        + " llama-3.1-70b, llama-3.1-405b, mistral-large-2407, qwen2-72b, qwen2.5-7b, qwen2.5-72b, phi-3.5-mini";
        List<Map<String, Double>> known = ConfigLoader.parse(
                        "backends: [{id: one, url: \"http://localhost:1/v1\", models: [" + models + "]}]",
                        name -> Optional.empty())
                .models()
                .stream()
                .map(spec -> spec.card().qualityByTask())
                .filter(scores -> scores.keySet().containsAll(Set.of("math-all", "gsm8k", "math-l5")))
                .toList();
        assertThat(known).hasSize(15);
        SkillSpace space = profile("x").space();
        double apart = known.stream()
                .mapToDouble(scores -> skill(space, "math-all", scores)
                        - (skill(space, "gsm8k", scores) + skill(space, "math-l5", scores)) / 2)
                .average()
                .orElseThrow();
        assertThat(apart).isBetween(-0.3, 0.3);
        assertThat(space.yardsticks().stream().filter(y -> y.name().equals("math-500")))
                .as("a sample of the same")
                .singleElement()
                .satisfies(y -> assertThat(y.skill(0.7)).isEqualTo(skill(space, "math-all", Map.of("math-all", 0.7))));
    }

    private static double skill(SkillSpace space, String yardstick, Map<String, Double> scores) {
        return space.yardsticks().stream()
                .filter(y -> y.name().equals(yardstick))
                .findFirst()
                .orElseThrow()
                .skill(scores.getOrDefault(yardstick, 0.0));
    }
}
