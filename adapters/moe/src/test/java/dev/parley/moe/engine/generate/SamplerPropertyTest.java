package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.tensor.Kernels;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class SamplerPropertyTest {
    private static final int V = 24;

    private static float[] logits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] logits = new float[V + 3];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (random.nextGaussian() * 2);
        }
        return logits;
    }

    private static SamplingSpec spec(double temperature, int topK, double topP, double minP) {
        return new SamplingSpec(temperature, topK, topP, minP, SamplingSpec.Penalties.NONE, Map.of());
    }

    private static int pick(SamplingSpec spec, float[] logits, long seed) {
        return new Sampler(spec, new SplittableRandom(seed), V).pick(Kernels.vector(), logits, 3, V);
    }

    private static double probability(float[] logits, int token) {
        double sum = 0;
        for (int i = 0; i < V; i++) {
            sum += Math.exp(logits[3 + i]);
        }
        return Math.exp(logits[3 + token]) / sum;
    }

    private static int rank(float[] logits, int token) {
        int rank = 0;
        for (int i = 0; i < V; i++) {
            rank += logits[3 + i] > logits[3 + token] ? 1 : 0;
        }
        return rank;
    }

    @Property(tries = 300)
    void greedyTakesTheLargest(@ForAll long seed) {
        float[] logits = logits(seed);
        assertThat(rank(logits, pick(SamplingSpec.GREEDY, logits, 1))).isZero();
        assertThat(rank(logits, pick(spec(1, 1, 1, 0), logits, seed))).isZero();
        assertThat(rank(logits, pick(spec(1, 0, 0, 0), logits, seed))).isZero();
        assertThat(rank(logits, pick(spec(1, 0, 1, 1), logits, seed))).isZero();
    }

    /** Tokens with less than a V-thousandth of the best one's chance have less than a thousandth together, which the nucleus leaves out. */
    @Property(tries = 300)
    void aColdSamplerTakesWhatIsNearlyTheLargest(@ForAll long seed) {
        float[] logits = logits(seed);
        int best = pick(SamplingSpec.GREEDY, logits, 0);
        int cold = pick(spec(0.01, 0, 0.999, 0), logits, seed);
        assertThat(logits[3 + cold]).isGreaterThanOrEqualTo((float) (logits[3 + best] - 0.01 * Math.log(1000 * V)));
    }

    @Property(tries = 300)
    void cutsKeepWhatTheyPromise(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = V) int topK,
            @ForAll @DoubleRange(min = 0.01, max = 1) double p) {
        float[] logits = logits(seed);
        assertThat(rank(logits, pick(spec(1, topK, 1, 0), logits, seed))).isLessThan(topK);
        int token = pick(spec(1, 0, 1, p), logits, seed);
        int best = pick(SamplingSpec.GREEDY, logits, 0);
        assertThat(probability(logits, token)).isGreaterThanOrEqualTo(p * probability(logits, best) - 1e-6);
        int nucleus = pick(spec(1, 0, p, 0), logits, seed);
        double above = 0;
        for (int i = 0; i < V; i++) {
            above += rank(logits, i) < rank(logits, nucleus) ? probability(logits, i) : 0;
        }
        assertThat(above).isLessThan(p + 1e-6);
    }

    @Property(tries = 300)
    void sameSeedSameToken(@ForAll long seed) {
        float[] logits = logits(seed);
        assertThat(pick(spec(1.3, 0, 1, 0), logits, seed)).isEqualTo(pick(spec(1.3, 0, 1, 0), logits, seed));
    }

    @Example
    void drawsByProbability() {
        float[] logits = logits(7);
        for (SamplingSpec spec : new SamplingSpec[] {spec(1, 0, 1, 0), spec(1, V, 1, 0)}) {
            Sampler sampler = new Sampler(spec, new SplittableRandom(3), V);
            int[] counts = new int[V];
            for (int i = 0; i < 20_000; i++) {
                counts[sampler.pick(Kernels.vector(), logits, 3, V)]++;
            }
            for (int i = 0; i < V; i++) {
                assertThat(counts[i] / 20_000.0).isCloseTo(probability(logits, i), within(0.017));
            }
        }
    }

    @Example
    void biasAndPenaltiesMoveTheChoice() {
        float[] logits = new float[V + 3];
        logits[3 + 5] = 3;
        logits[3 + 6] = 2;
        SamplingSpec biased = new SamplingSpec(0, 0, 1, 0, SamplingSpec.Penalties.NONE, Map.of(5, -100f));
        assertThat(pick(biased, logits, 1)).isEqualTo(6);
        SamplingSpec.Penalties frequency = new SamplingSpec.Penalties(1, 0, 0.6);
        Sampler often = new Sampler(new SamplingSpec(0, 0, 1, 0, frequency, Map.of()), new SplittableRandom(1), V);
        assertThat(often.pick(Kernels.scalar(), logits, 3, V)).isEqualTo(5);
        assertThat(often.pick(Kernels.scalar(), logits, 3, V)).isEqualTo(5);
        assertThat(often.pick(Kernels.scalar(), logits, 3, V)).isEqualTo(6);
        SamplingSpec.Penalties repetition = new SamplingSpec.Penalties(2, 0, 0);
        Sampler seen = new Sampler(new SamplingSpec(0, 0, 1, 0, repetition, Map.of()), new SplittableRandom(1), V);
        seen.prompt(new int[] {5});
        assertThat(seen.pick(Kernels.scalar(), logits, 3, V)).isEqualTo(6);
        assertThat(logits[3 + 5]).isEqualTo(3);
    }

    @Example
    void findsTheTop() {
        float[] logits = {9, 1, 5, 5, -2, 7};
        assertThat(TopTokens.of(logits, 1, 5, 3)).containsExactly(4, 1, 2);
        assertThat(TopTokens.of(logits, 1, 5, 0)).isEmpty();
        assertThat(TopTokens.of(logits, 1, 2, 9)).containsExactly(1, 0);
    }
}
