package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.moe.engine.constrain.JsonForm;
import dev.parley.moe.engine.constrain.TokenFilter;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.Tokenizer;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever way it is found, fast or over the whole vocabulary, the choice is the same. */
class ConstrainedSamplerTest {
    private static final JsonForm.Document FORM = new JsonForm.Document(JsonForm.OBJECT, Map.of());

    private static Tokenizer tokenizer() throws Exception {
        try (var in = ConstrainedSamplerTest.class.getResourceAsStream("/dev/parley/moe/models/parley-facts.gguf")) {
            return ModelLoader.load("f.gguf", Objects.requireNonNull(in).readAllBytes())
                    .tokenizer();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 60})
    void greedyTakesTheMostProbableThatIsAllowed(int forbiddenBefore) throws Exception {
        Tokenizer tokenizer = tokenizer();
        SplittableRandom random = new SplittableRandom(forbiddenBefore);
        Sampler sampler = new Sampler(SamplingSpec.GREEDY, random, tokenizer.size(), new TokenFilter(tokenizer, FORM));
        TokenFilter mirror = new TokenFilter(tokenizer, FORM);
        for (int step = 0; step < 40; step++) {
            float[] logits = logits(random, mirror, tokenizer.size(), forbiddenBefore);
            int expected = best(logits, mirror.allowed());
            assertThat(sampler.pick(Kernels.vector(), logits, 0, logits.length)).isEqualTo(expected);
            mirror.accept(expected);
            if (mirror.isOver()) {
                return;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60})
    void chanceKeepsToWhatIsAllowed(int forbiddenBefore) throws Exception {
        Tokenizer tokenizer = tokenizer();
        SplittableRandom random = new SplittableRandom(7);
        var spec = new SamplingSpec(1, 40, 0.9, 0, SamplingSpec.Penalties.NONE, Map.of());
        Sampler sampler = new Sampler(spec, random, tokenizer.size(), new TokenFilter(tokenizer, FORM));
        TokenFilter mirror = new TokenFilter(tokenizer, FORM);
        for (int step = 0; step < 200 && !mirror.isOver(); step++) {
            float[] logits = logits(random, mirror, tokenizer.size(), forbiddenBefore);
            int token = sampler.pick(Kernels.vector(), logits, 0, logits.length);
            assertThat(mirror.allows(token)).isTrue();
            mirror.accept(token);
        }
    }

    /** At random, with that many forbidden tokens above the others. */
    private static float[] logits(SplittableRandom random, TokenFilter filter, int size, int forbiddenBefore) {
        float[] logits = new float[size];
        BitSet allowed = filter.allowed();
        int lifted = 0;
        for (int t = 0; t < size; t++) {
            logits[t] = (float) random.nextGaussian();
            if (!allowed.get(t) && lifted < forbiddenBefore) {
                logits[t] += 10;
                lifted++;
            }
        }
        return logits;
    }

    private static int best(float[] logits, BitSet allowed) {
        return allowed.stream().reduce((a, b) -> logits[b] > logits[a] ? b : a).orElseThrow();
    }
}
