package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.ReferenceLlama;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.TinyModel.Sizes;
import dev.parley.moe.engine.TinyModel.Storage;
import dev.parley.moe.engine.gate.GateSummary;
import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardTest {
    private static final int V = TinyModel.VOCABULARY;

    static int[] tokens(int n, long seed) {
        return new SplittableRandom(seed).ints(n, 0, V).toArray();
    }

    /** Logits after the last token, the prompt cut into pieces of at most {@code chunk}. */
    private static float[] logits(Kernels kernels, Forward forward, int[] tokens, int chunk) {
        return logits(kernels, Crew.ALONE, forward, tokens, chunk);
    }

    static float[] logits(Kernels kernels, Crew crew, Forward forward, int[] tokens, int chunk) {
        KvCache cache = forward.newCache();
        TokenBatch batch = new TokenBatch(chunk);
        for (int from = 0; from < tokens.length; from += chunk) {
            batch.clear();
            int end = Math.min(tokens.length, from + chunk);
            for (int t = from; t < end; t++) {
                batch.add(cache, t - from, tokens[t]);
            }
            if (end == tokens.length) {
                batch.want();
            }
            forward.run(kernels, crew, batch);
        }
        cache.release();
        return Arrays.copyOf(forward.logits(), V);
    }

    /** Root mean square of the difference; the logits' own is about 2. Activations are rounded to 8 bits for quantised weights: a near tie of a gate may fall the other way. */
    @ParameterizedTest
    @CsvSource({"F32, 2e-4, 2e-4", "F16, 2e-4, 2e-4", "BF16, 2e-4, 2e-4", "Q8_0, 0.06, 0.3", "Q4_0, 0.06, 0.3"})
    void agreesWithTheReference(Storage storage, double dense, double mixture) {
        for (Sizes sizes : List.of(Sizes.MIXTURE, Sizes.DENSE)) {
            TinyModel tiny = TinyModel.of(sizes, storage, 3);
            int[] tokens = tokens(70, 4);
            double[] expected = new ReferenceLlama(tiny).logits(tokens);
            for (Kernels kernels : List.of(Kernels.scalar(), Kernels.vector())) {
                float[] actual = logits(kernels, new Forward(tiny.load(), 64), tokens, 64);
                double squares = 0;
                for (int i = 0; i < V; i++) {
                    squares += (actual[i] - expected[i]) * (actual[i] - expected[i]);
                }
                assertThat(Math.sqrt(squares / V)).isLessThan(sizes.experts() > 0 ? mixture : dense);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heads", "latents"})
    void chunksDoNotMatter(String attention) {
        Forward forward = new Forward(Mixtures.of(attention, "Q8_0"), 64);
        int[] tokens = tokens(150, 9);
        float[] whole = logits(Kernels.vector(), forward, tokens, 64);
        for (int chunk : new int[] {1, 7, 33}) {
            float[] cut = logits(Kernels.vector(), forward, tokens, chunk);
            for (int i = 0; i < V; i++) {
                assertThat(cut[i]).isCloseTo(whole[i], within(1e-4f));
            }
        }
    }

    /** Fails in the midst of a layer's experts, as where memory runs out. */
    @Test
    void whatAFailedStepLeavesIsNotComputedByTheNext() {
        Model model = Mixtures.of("heads", "Q8_0");
        Forward forward = new Forward(model, 64);
        int[] tokens = tokens(3, 1);
        float[] expected = logits(Kernels.scalar(), new Forward(model, 64), tokens, 64);
        Kernels failing = (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("gated")) {
                        throw new IllegalStateException("no memory");
                    }
                    return method.invoke(Kernels.scalar(), arguments);
                });
        assertThatThrownBy(() -> logits(failing, forward, tokens, 64)).hasMessage("no memory");
        assertThat(logits(Kernels.scalar(), forward, tokens, 64)).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"heads", "latents"})
    void neighboursInABatchDoNotMatter(String attention) {
        Forward forward = new Forward(Mixtures.of(attention, "Q8_0"), 64);
        int[] first = tokens(20, 1);
        int[] second = tokens(11, 2);
        float[] alone = logits(Kernels.vector(), forward, first, 64);
        KvCache a = forward.newCache();
        KvCache b = forward.newCache();
        TokenBatch batch = new TokenBatch(64);
        for (int t = 0; t < first.length; t++) {
            batch.add(a, t, first[t]);
        }
        int row = batch.want();
        for (int t = 0; t < second.length; t++) {
            batch.add(b, t, second[t]);
        }
        int other = batch.want();
        forward.run(Kernels.vector(), batch);
        float[] both = forward.logits().clone();
        float[] otherAlone = logits(Kernels.vector(), forward, second, 64);
        for (int i = 0; i < V; i++) {
            assertThat(both[row * V + i]).isCloseTo(alone[i], within(1e-4f));
            assertThat(both[other * V + i]).isCloseTo(otherAlone[i], within(1e-4f));
        }
        assertThat(a.length()).isEqualTo(20);
        assertThat(b.length()).isEqualTo(11);
    }

    @Test
    void countsWhatTheGatesChose() {
        Forward forward =
                new Forward(TinyModel.of(Sizes.MIXTURE, Storage.F32, 3).load(), 64);
        logits(Kernels.scalar(), forward, tokens(30, 1), 30);
        GateSummary summary = forward.gateLog().summary();
        assertThat(summary.layers()).hasSize(2);
        long chosen = summary.layers().getFirst().tokensByExpert().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(chosen).isEqualTo(60);
        assertThat(summary.layers().getFirst().meanEntropy()).isBetween(0.1, Math.log(5));
    }

    @Test
    void describesItself() {
        ModelProfile profile =
                TinyModel.of(Sizes.MIXTURE, Storage.Q8_0, 3).load().profile();
        assertThat(profile.name()).isEqualTo("tiny");
        assertThat(profile.quantisation()).isEqualTo("Q8_0");
        long expert = 3L * 64 * 96;
        long layer = 2 * 64 + 4 * 64 * 64 + 64 * 5 + 5 * expert;
        assertThat(profile.parameters()).isEqualTo(2 * layer + 2L * 64 * V + 64);
        assertThat(profile.activeParameters()).isEqualTo(profile.parameters() - 2 * 3 * expert);
    }
}
