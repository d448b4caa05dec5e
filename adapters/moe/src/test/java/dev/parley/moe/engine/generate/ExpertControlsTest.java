package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.ReferenceLlama;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.TinyModel.Sizes;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scalar kernels: those of vectors sum in an order that changes once they are compiled. Each control on the weights we ship, and the count against a forward pass written independently. */
class ExpertControlsTest {
    private static final String PERU = "What is the capital of Peru?";
    private static final float OUT = Float.NEGATIVE_INFINITY;
    private static Model facts;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(Model.class.getResourceAsStream("/dev/parley/moe/models/parley-facts.gguf"))) {
            facts = ModelLoader.load("parley-facts.gguf", in.readAllBytes());
        }
    }

    private static ExpertSpec count(int k) {
        return named(rule(OptionalInt.of(k), 1, 0, new float[0][]));
    }

    private static GateRule rule(OptionalInt k, float topP, float minP, float[][] bias) {
        return new GateRule(k, topP, minP, OptionalInt.empty(), bias);
    }

    private static ExpertSpec named(GateRule rule) {
        return new ExpertSpec(rule, Optional.empty(), true);
    }

    private static ExpertSpec usual() {
        return named(GateRule.USUAL);
    }

    private static float[][] bias() {
        return new float[facts.shape().layers()][facts.shape().experts()];
    }

    /** Answers to the questions, each with its own experts, computed together as far as there are places. */
    private static List<Recorder> ask(int places, List<String> questions, List<ExpertSpec> experts) throws Exception {
        Scheduler.Limits limits = new Scheduler.Limits(1, places, questions.size());
        try (Scheduler scheduler = new Scheduler(limits, List.of(facts), Kernels::scalar)) {
            List<Recorder> asked = new ArrayList<>();
            for (int i = 0; i < questions.size(); i++) {
                Recorder recorder = new Recorder();
                asked.add(recorder);
                ChatMessage user = new ChatMessage(ChatMessage.Role.USER, questions.get(i));
                GenerationRequest request = new GenerationRequest(
                        List.of(user),
                        SamplingSpec.GREEDY,
                        0,
                        new GenerationRequest.Limits(32, 512, List.of()),
                        -1,
                        experts.get(i));
                scheduler.submit(facts, List.of(new Scheduler.Task(request, recorder)));
            }
            for (Recorder recorder : asked) {
                recorder.await();
            }
            return asked;
        }
    }

    private static Recorder ask(ExpertSpec experts) throws Exception {
        return ask(1, List.of(PERU), List.of(experts)).getFirst();
    }

    private static ChosenExperts used(ExpertSpec experts) throws Exception {
        return ask(experts).await().experts();
    }

    /** Logits after the last token by the engine. */
    private static float[] logits(Model model, int[] tokens, GateRule rule) {
        Forward forward = new Forward(model, tokens.length);
        KvCache cache = forward.newCache();
        TokenBatch batch = new TokenBatch(tokens.length);
        for (int t = 0; t < tokens.length; t++) {
            batch.add(cache, t, tokens[t], rule);
        }
        batch.want();
        forward.run(Kernels.scalar(), batch);
        return Arrays.copyOf(forward.logits(), model.shape().vocabulary());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void aCountComputesAsAModelBuiltWithIt(int k) {
        Sizes two = Sizes.MIXTURE;
        Sizes built = new Sizes(
                two.layers(), two.width(), two.hidden(), two.heads(), two.shared(), two.experts(), k, two.context());
        int[] tokens = new SplittableRandom(5).ints(20, 0, TinyModel.VOCABULARY).toArray();
        double[] expected = new ReferenceLlama(TinyModel.of(built, TinyModel.Storage.F32, 3)).logits(tokens);
        float[] actual = logits(
                TinyModel.of(two, TinyModel.Storage.F32, 3).load(),
                tokens,
                rule(OptionalInt.of(k), 1, 0, new float[0][]));
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo((float) expected[i], within(2e-3f));
        }
    }

    @Test
    void theCountIsObeyedAndTold() throws Exception {
        Recorder usual = ask(usual());
        assertThat(usual.text).hasToString("Lima");
        for (int k = 1; k <= 8; k++) {
            Recorder counted = ask(count(k));
            ChosenExperts used = counted.await().experts();
            int each = k;
            assertThat(used.perToken()).isEqualTo(k);
            assertThat(used.tokens()).isEqualTo(counted.await().tokens() + 1);
            assertThat(used.chosen()).hasSize(used.tokens());
            assertThat(used.chosen())
                    .allSatisfy(token -> assertThat(token)
                            .hasSize(4)
                            .allSatisfy(layer -> assertThat(layer).hasSize(each).doesNotHaveDuplicates()));
            if (k == 2) {
                assertThat(counted.text).hasToString(usual.text.toString());
                assertThat(used).isEqualTo(usual.await().experts());
            }
        }
    }

    @Test
    void aShareOfTheMassTakesAsManyAsItNeeds() throws Exception {
        double before = 0;
        for (float share : new float[] {0.2f, 0.5f, 0.8f, 0.999999f}) {
            double mean = used(named(rule(OptionalInt.empty(), share, 0, new float[0][])))
                    .perToken();
            assertThat(mean).as("top_p %s", share).isGreaterThanOrEqualTo(before);
            before = mean;
        }
        assertThat(before).isGreaterThan(4);
        assertThat(used(named(rule(OptionalInt.of(3), 0.999999f, 0, new float[0][])))
                        .perToken())
                .as("both: the count is the ceiling")
                .isEqualTo(3);
    }

    @Test
    void lightExpertsAreSkipped() throws Exception {
        assertThat(used(named(rule(OptionalInt.empty(), 1, 1, new float[0][]))).perToken())
                .isEqualTo(1);
        double some =
                used(named(rule(OptionalInt.of(8), 1, 0.2f, new float[0][]))).perToken();
        assertThat(some).isBetween(1.01, 7.0);
    }

    @Test
    void maskedExpertsAreNeverChosenAndBiasedOnesAlways() throws Exception {
        Set<Integer> first = new HashSet<>();
        used(usual()).chosen().forEach(token -> first.addAll(token.get(1)));
        assertThat(first).hasSizeBetween(2, 7);
        float[][] masked = bias();
        first.forEach(e -> masked[1][e] = OUT);
        ChosenExperts without = used(named(rule(OptionalInt.empty(), 1, 0, masked)));
        assertThat(without.chosen())
                .allSatisfy(token -> assertThat(token.get(1)).isNotEmpty().doesNotContainAnyElementsOf(first));
        float[][] idle = bias();
        IntStream.range(0, 8).filter(e -> !first.contains(e)).forEach(e -> idle[1][e] = OUT);
        assertThat(ask(named(rule(OptionalInt.empty(), 1, 0, idle))).text)
                .as("masking what is not used changes nothing but the mass")
                .hasToString("Lima");
        float[][] led = bias();
        led[2][5] = 50;
        assertThat(used(named(rule(OptionalInt.empty(), 1, 0, led))).chosen())
                .allSatisfy(token -> assertThat(token.get(2).getFirst()).isEqualTo(5));
    }

    @Test
    void theOnlyExpertOfARank() throws Exception {
        List<List<List<Integer>>> ranked = used(count(8)).chosen();
        GateRule second = new GateRule(OptionalInt.empty(), 1, 0, OptionalInt.of(2), new float[0][]);
        ChosenExperts used = used(named(second));
        assertThat(used.perToken()).isEqualTo(1);
        assertThat(used.chosen().getFirst().getFirst())
                .as("in the first layer nothing has diverged yet")
                .containsExactly(ranked.getFirst().getFirst().get(1));
    }

    @Test
    void contrastIsTheFormulaOverTwoPasses() throws Exception {
        GateRule weak = new GateRule(OptionalInt.empty(), 1, 0, OptionalInt.of(2), new float[0][]);
        int[] prompt = facts.template().render(List.of(new ChatMessage(ChatMessage.Role.USER, PERU)));
        float[] strong = logits(facts, prompt, GateRule.USUAL);
        float[] other = logits(facts, prompt, weak);
        double beta = 3;
        double most = IntStream.range(0, strong.length)
                .mapToDouble(i -> strong[i])
                .max()
                .orElseThrow();
        int best = IntStream.range(0, strong.length)
                .filter(i -> strong[i] >= most + Math.log(1e-6))
                .boxed()
                .max((a, b) -> Double.compare(
                        (1 + beta) * strong[a] - beta * other[a], (1 + beta) * strong[b] - beta * other[b]))
                .orElseThrow();
        ExpertSpec hard = new ExpertSpec(GateRule.USUAL, Optional.of(new ExpertSpec.Contrast(weak, 1e-6, beta)), true);
        Recorder contrasted = ask(hard);
        assertThat(contrasted.text.toString()).startsWith(String.valueOf((char) best));
        ExpertSpec none = new ExpertSpec(GateRule.USUAL, Optional.of(new ExpertSpec.Contrast(weak, 0.1, 0)), true);
        Recorder plain = ask(none);
        assertThat(plain.text).hasToString("Lima");
        assertThat(plain.await().experts()).isEqualTo(ask(usual()).await().experts());
    }

    @Test
    void neighboursInABatchKeepTheirOwnExperts() throws Exception {
        GateRule weak = new GateRule(OptionalInt.empty(), 1, 0, OptionalInt.of(2), new float[0][]);
        float[][] masked = bias();
        for (float[] layer : masked) {
            layer[0] = OUT;
            layer[3] = OUT;
        }
        List<ExpertSpec> kinds = List.of(
                usual(),
                count(1),
                count(4),
                named(rule(OptionalInt.empty(), 0.6f, 0, new float[0][])),
                named(rule(OptionalInt.empty(), 1, 0, masked)),
                named(weak),
                new ExpertSpec(GateRule.USUAL, Optional.of(new ExpertSpec.Contrast(weak, 0.1, 0.5)), true),
                named(rule(OptionalInt.of(8), 1, 0.3f, new float[0][])));
        List<String> questions = new ArrayList<>();
        List<ExpertSpec> experts = new ArrayList<>();
        for (String question : List.of(PERU, "What is the chemical symbol of iron?", "Which country has Oslo?")) {
            kinds.forEach(kind -> {
                questions.add(question);
                experts.add(kind);
            });
        }
        List<Recorder> together = ask(24, questions, experts);
        List<Recorder> alone = ask(1, questions, experts);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < questions.size(); i++) {
            assertThat(together.get(i).text)
                    .as(i + "")
                    .hasToString(alone.get(i).text.toString());
            assertThat(together.get(i).await().experts().chosen())
                    .isEqualTo(alone.get(i).await().experts().chosen());
            seen.add(i % kinds.size() + alone.get(i).await().experts().chosen().toString());
        }
        assertThat(seen).hasSizeGreaterThan(12);
    }
}
