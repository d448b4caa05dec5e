package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.ReferenceLlama;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.TinyModel.Sizes;
import dev.parley.moe.engine.TinyModel.Storage;
import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.tensor.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Over a random model of 2 layers of 5 experts, held to the reference over the same weights changed by hand. */
class AdapterTest {
    private static final int RANK = 4;
    private static final float ALPHA = 6;
    private static final int[] TOKENS =
            new SplittableRandom(4).ints(20, 0, TinyModel.VOCABULARY).toArray();

    private final TinyModel tiny = TinyModel.of(Sizes.MIXTURE, Storage.F32, 3);
    private final Model base = tiny.load();
    private final SplittableRandom random = new SplittableRandom(9);
    private final GgufWriter writer = new GgufWriter()
            .text("general.type", "adapter")
            .text("general.architecture", "llama")
            .text("general.name", "tuned")
            .real("adapter.lora.alpha", ALPHA);

    private static GgufFile read(GgufWriter writer) {
        return GgufReader.read("tuned.gguf", MemorySegment.ofArray(writer.bytes()));
    }

    private float[] numbers(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * 0.3);
        }
        return values;
    }

    private void tensor(String name, float[] values, Integer... sizes) {
        writer.tensor(name, TensorType.F32, List.of(sizes), () -> BlockEncoder.encode(TensorType.F32, values));
    }

    /** Adds a change of low rank to the adapter, and to the reference's weights; experts 0 and 3 of a stack stay as they are. */
    private void lora(String name, int rows, int columns, int experts) {
        float[] a = numbers(columns * RANK * experts);
        float[] b = numbers(RANK * rows * experts);
        double[] weights = Objects.requireNonNull(tiny.weights.get(name));
        for (int e = 0; e < experts; e++) {
            if (experts > 1 && e % 3 == 0) {
                Arrays.fill(b, e * RANK * rows, (e + 1) * RANK * rows, 0);
            }
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    double sum = 0;
                    for (int k = 0; k < RANK; k++) {
                        sum += (double) b[(e * rows + r) * RANK + k] * a[(e * RANK + k) * columns + c];
                    }
                    weights[(e * rows + r) * columns + c] += ALPHA / RANK * sum;
                }
            }
        }
        if (experts > 1) {
            tensor(name + ".lora_a", a, columns, RANK, experts);
            tensor(name + ".lora_b", b, RANK, rows, experts);
        } else {
            tensor(name + ".lora_a", a, columns, RANK);
            tensor(name + ".lora_b", b, RANK, rows);
        }
    }

    private static float[] logits(Model model) {
        Forward forward = new Forward(model, TOKENS.length);
        KvCache cache = forward.newCache();
        TokenBatch batch = new TokenBatch(TOKENS.length);
        for (int t = 0; t < TOKENS.length; t++) {
            batch.add(cache, t, TOKENS[t]);
        }
        batch.want();
        forward.run(Kernels.scalar(), batch);
        return Arrays.copyOf(forward.logits(), TinyModel.VOCABULARY);
    }

    @Test
    void computesWhatTheChangedModelComputes() {
        Sizes s = Sizes.MIXTURE;
        float[] before = logits(base);
        lora("blk.0.attn_q.weight", s.width(), s.width(), 1);
        lora("blk.1.attn_output.weight", s.width(), s.width(), 1);
        lora("blk.1.ffn_gate_exps.weight", s.hidden(), s.width(), s.experts());
        lora("blk.0.ffn_down_exps.weight", s.width(), s.hidden(), s.experts());
        lora("blk.0.ffn_gate_inp.weight", s.experts(), s.width(), 1);
        lora("output.weight", TinyModel.VOCABULARY, s.width(), 1);
        float[] whole = numbers(s.width() * s.width());
        double[] replaced = Objects.requireNonNull(tiny.weights.get("blk.1.attn_v.weight"));
        for (int i = 0; i < whole.length; i++) {
            replaced[i] = whole[i];
        }
        tensor("blk.1.attn_v.weight", whole, s.width(), s.width());
        Model adapted = ModelLoader.adapted(base, read(writer));
        double[] expected = new ReferenceLlama(tiny).logits(TOKENS);
        float[] actual = logits(adapted);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo((float) expected[i], within(5e-3f));
        }
        assertThat(Arrays.equals(actual, before)).isFalse();
        assertThat(logits(base)).as("the base stays").containsExactly(before);
        assertThat(adapted.profile().name()).isEqualTo("tuned");
    }

    @SuppressWarnings("ReferenceEquality") // whether it is shared
    @Test
    void sharesWhatItDoesNotChange() {
        Sizes s = Sizes.MIXTURE;
        lora("blk.0.ffn_up_exps.weight", s.hidden(), s.width(), s.experts());
        Weights own = ModelLoader.adapted(base, read(writer)).weights();
        assertThat(own.embedding()).isSameAs(base.weights().embedding());
        for (int n = 0; n < s.layers(); n++) {
            Weights.Experts mine = (Weights.Experts) own.layers().get(n).feedForward();
            Weights.Experts theirs =
                    (Weights.Experts) base.weights().layers().get(n).feedForward();
            for (int e = 0; e < s.experts(); e++) {
                boolean same = mine.experts().get(e).up().weight()
                        == theirs.experts().get(e).up().weight();
                assertThat(same).as("layer %d expert %d", n, e).isEqualTo(n > 0 || e % 3 == 0);
                assertThat(mine.experts().get(e).gate().weight())
                        .isSameAs(theirs.experts().get(e).gate().weight());
            }
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        tensor("blk.0.attn_q.weight.lora_a", numbers(32 * RANK), 32, RANK);
        refuses("blk.0.attn_q.weight.lora_a: its sizes are [32, 4], the base wants 64 x 4");
        tensor("blk.0.attn_q.weight.lora_a", numbers(64 * RANK), 64, RANK);
        refuses("blk.0.attn_q.weight.lora_b: it is missing");
        tensor("blk.0.attn_q.weight.lora_b", numbers(64 * RANK), RANK, 64);
        tensor("blk.7.attn_q.weight.lora_b", numbers(64 * RANK), RANK, 64);
        refuses("blk.7.attn_q.weight.lora_b: the base has no matrix for it");
    }

    private void refuses(String fault) {
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> ModelLoader.adapted(base, read(writer)))
                .withMessageContaining(fault);
    }
}
