package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.gate.GateListener;
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
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On parley-general, whose experts 8 to 11 are null; that it computes what PyTorch and llama.cpp compute, GoldenTest and LlamaCppIT show. */
class NullExpertsTest {
    private static final Set<Integer> NULLS = Set.of(8, 9, 10, 11);
    private static Model general;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(Model.class.getResourceAsStream("/dev/parley/moe/models/parley-general.gguf"))) {
            general = ModelLoader.load("parley-general.gguf", in.readAllBytes());
        }
    }

    /** Experts computed for the prompt's tokens, layer by layer, and the last token's logits. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Seen(List<List<Integer>> experts, float[] logits) {
        double mean() {
            return experts.stream().mapToInt(List::size).average().orElseThrow();
        }
    }

    private static Seen seen(GateRule rule) {
        int[] tokens = general.template().render(List.of(new ChatMessage(ChatMessage.Role.USER, "What is 346 + 87?")));
        List<List<Integer>> experts = new ArrayList<>();
        GateListener listener = (layer, mass, picked, count) ->
                experts.add(Arrays.stream(picked, 0, count).boxed().toList());
        Forward forward = new Forward(general, tokens.length);
        KvCache cache = forward.newCache(rule);
        TokenBatch batch = new TokenBatch(tokens.length);
        for (int t = 0; t < tokens.length; t++) {
            batch.add(cache, t, tokens[t], rule);
            batch.want(listener);
        }
        forward.run(Kernels.scalar(), batch);
        int size = general.shape().vocabulary();
        return new Seen(
                experts, Arrays.copyOfRange(forward.logits(), (tokens.length - 1) * size, tokens.length * size));
    }

    private static GateRule leaning(float bias) {
        float[][] biases = new float[general.shape().layers()][general.shape().experts()];
        for (float[] layer : biases) {
            NULLS.forEach(e -> layer[e] = bias);
        }
        return new GateRule(OptionalInt.empty(), 1, 0, OptionalInt.empty(), biases);
    }

    @Test
    void theyAreFoundInTheFile() {
        for (int n = 0; n < general.shape().layers(); n++) {
            assertThat(general.nullExperts(n)).isEqualTo(NULLS);
        }
    }

    @Test
    void theyAreChosenAndNotComputed() {
        Seen usual = seen(GateRule.USUAL);
        assertThat(usual.experts())
                .allSatisfy(picked -> assertThat(picked)
                        .doesNotContainAnyElementsOf(NULLS)
                        .hasSizeLessThanOrEqualTo(general.shape().expertsUsed()));
        assertThat(usual.mean()).isBetween(1.5, 2.5);
    }

    /** The bias is a dial from all experts computed to none. */
    @Test
    void leaningTowardsThemSavesExperts() {
        Seen none = seen(leaning(Float.NEGATIVE_INFINITY));
        Seen usual = seen(GateRule.USUAL);
        Seen more = seen(leaning(1));
        Seen all = seen(leaning(50));
        assertThat(none.mean()).isEqualTo(general.shape().expertsUsed());
        assertThat(usual.mean()).isLessThan(none.mean());
        assertThat(more.mean()).isLessThan(usual.mean());
        assertThat(all.mean()).isZero();
        assertThat(all.logits()).doesNotContain(Float.NaN);
        assertThat(Arrays.equals(usual.logits(), more.logits())).isFalse();
        assertThat(seen(leaning(0)).logits()).containsExactly(usual.logits(), within(0f));
    }
}
