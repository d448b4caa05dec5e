package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken over from other sequences is bit for bit what would have been computed. */
@ParameterizedClass
@ValueSource(strings = {"heads", "latents"})
class PrefixReuseTest {
    private static final int V = Mixtures.VOCABULARY;
    private static final GateRule ONE = new GateRule(OptionalInt.of(1), 1, 0, OptionalInt.empty(), new float[0][]);

    private final Model model;
    private final Forward forward;

    PrefixReuseTest(String attention) {
        model = Mixtures.of(attention, "Q8_0");
        forward = new Forward(model, 64, 6);
    }

    private static int[] tokens(int n, long seed) {
        return new SplittableRandom(seed).ints(n, 0, V).toArray();
    }

    /** {@code tokens} as far as {@code other} agrees, then {@code other}'s. */
    private static int[] changed(int[] tokens, int from, long seed) {
        int[] other = tokens(tokens.length, seed);
        System.arraycopy(tokens, 0, other, 0, from);
        other[from] = (tokens[from] + 1) % V;
        return other;
    }

    /** Computes what is not there yet; gives the logits after the last token. */
    private float[] run(Forward by, KvCache cache, Kernels kernels, GateRule rule, int... tokens) {
        TokenBatch batch = new TokenBatch(64);
        while (cache.length() < tokens.length) {
            batch.clear();
            int from = cache.length();
            int end = Math.min(tokens.length, from + 64);
            for (int t = from; t < end; t++) {
                batch.add(cache, t - from, tokens[t], rule);
            }
            if (end == tokens.length) {
                batch.want();
            }
            by.run(kernels, batch);
        }
        return Arrays.copyOf(by.logits(), V);
    }

    private float[] alone(Kernels kernels, GateRule rule, int... tokens) {
        Forward fresh = new Forward(model, 64);
        return run(fresh, fresh.newCache(), kernels, rule, tokens);
    }

    /** Computes with what can be reused, checks the logits, and gives how many positions were. */
    private int reused(Kernels kernels, GateRule rule, int... tokens) {
        KvCache cache = forward.newCache(rule);
        int until = cache.reusable(kernels, tokens, tokens.length - 1);
        cache.reuse(kernels, tokens, until);
        assertThat(cache.length()).isEqualTo(until);
        assertThat(run(forward, cache, kernels, rule, tokens)).isEqualTo(alone(kernels, rule, tokens));
        cache.release();
        return until;
    }

    @Test
    void aPromptTakesOverWhatAnotherHasComputed() {
        int[] first = tokens(150, 1);
        assertThat(reused(Kernels.vector(), GateRule.USUAL, first)).isZero();
        assertThat(reused(Kernels.vector(), GateRule.USUAL, first)).isEqualTo(149);
        assertThat(reused(Kernels.vector(), GateRule.USUAL, changed(first, 140, 2)))
                .as("two pages and a copy of the third's beginning")
                .isEqualTo(140);
        assertThat(reused(Kernels.vector(), GateRule.USUAL, changed(first, 70, 3)))
                .isEqualTo(70);
        assertThat(reused(Kernels.vector(), GateRule.USUAL, changed(first, 0, 4)))
                .isZero();
    }

    @Test
    void otherExpertsOrKernelsShareNothing() {
        int[] prompt = tokens(100, 1);
        assertThat(reused(Kernels.vector(), GateRule.USUAL, prompt)).isZero();
        assertThat(reused(Kernels.vector(), ONE, prompt)).isZero();
        assertThat(reused(Kernels.scalar(), GateRule.USUAL, prompt)).isZero();
        assertThat(reused(Kernels.vector(), ONE, prompt)).isEqualTo(99);
        assertThat(alone(Kernels.vector(), ONE, prompt))
                .as("else the rule would not matter")
                .isNotEqualTo(alone(Kernels.vector(), GateRule.USUAL, prompt));
    }

    @Test
    void whatTwoKernelsHaveComputedIsForNobodyElse() {
        int[] prompt = tokens(150, 1);
        KvCache cache = forward.newCache(GateRule.USUAL);
        run(forward, cache, Kernels.scalar(), GateRule.USUAL, Arrays.copyOf(prompt, 70));
        run(forward, cache, Kernels.vector(), GateRule.USUAL, prompt);
        cache.release();
        assertThat(reused(Kernels.scalar(), GateRule.USUAL, prompt))
                .as("the page before the change")
                .isEqualTo(64);
    }

    @Test
    void runningSequencesShareAndNeitherHarmsTheOther() {
        int[] first = tokens(130, 1);
        int[] second = changed(first, 100, 2);
        KvCache a = forward.newCache(GateRule.USUAL);
        run(forward, a, Kernels.vector(), GateRule.USUAL, Arrays.copyOf(first, 129));
        KvCache b = forward.newCache(GateRule.USUAL);
        b.reuse(Kernels.vector(), second, 129);
        assertThat(b.length()).as("a page, and a copy of the next's beginning").isEqualTo(100);
        assertThat(forward.kv().heldBytes()).isEqualTo(4 * Forward.pageBytes(model));
        float[] ofB = run(forward, b, Kernels.vector(), GateRule.USUAL, second);
        a.release();
        float[] ofBLater = run(forward, b, Kernels.vector(), GateRule.USUAL, Arrays.copyOf(second, 130));
        assertThat(ofBLater).isEqualTo(ofB).isEqualTo(alone(Kernels.vector(), GateRule.USUAL, second));
        b.release();
        assertThat(forward.kv().heldBytes()).isZero();
        assertThat(reused(Kernels.vector(), GateRule.USUAL, first)).isEqualTo(129);
        assertThat(reused(Kernels.vector(), GateRule.USUAL, second)).isEqualTo(129);
    }

    @Test
    void thePageUsedLongestAgoIsGivenUpFirst() {
        int[] first = tokens(150, 1);
        int[] second = tokens(150, 2);
        reused(Kernels.vector(), GateRule.USUAL, first);
        reused(Kernels.vector(), GateRule.USUAL, second);
        assertThat(forward.kv().keptBytes()).isEqualTo(6 * Forward.pageBytes(model));
        assertThat(forward.kv().evictedPages()).isZero();
        assertThat(reused(Kernels.vector(), GateRule.USUAL, Arrays.copyOf(first, 64)))
                .isEqualTo(63);
        int[] third = tokens(100, 3);
        reused(Kernels.vector(), GateRule.USUAL, third);
        assertThat(forward.kv().heldBytes() + forward.kv().keptBytes())
                .isLessThanOrEqualTo(6 * Forward.pageBytes(model));
        assertThat(reused(Kernels.vector(), GateRule.USUAL, third)).isEqualTo(99);
        assertThat(reused(Kernels.vector(), GateRule.USUAL, Arrays.copyOf(first, 64)))
                .as("used after the second")
                .isEqualTo(63);
    }

    @Test
    void neverMorePagesThanThereAre() {
        KvCache cache = forward.newCache(GateRule.USUAL);
        assertThat(cache.reserve(6 * 64)).isTrue();
        KvCache other = forward.newCache(GateRule.USUAL);
        assertThat(other.reserve(1)).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> run(forward, other, Kernels.vector(), GateRule.USUAL, 1, 2, 3))
                .withMessageContaining("All 6 pages");
        cache.release();
        other.release();
        assertThat(other.reserve(6 * 64)).isTrue();
        other.release();
        assertThat(forward.kv().heldBytes()).isZero();
    }
}
