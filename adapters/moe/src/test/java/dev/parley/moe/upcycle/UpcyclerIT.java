package dev.parley.moe.upcycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.TinyModel.Sizes;
import dev.parley.moe.engine.TinyModel.Storage;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a model of random weights with 96 neurons a layer. */
class UpcyclerIT {
    private static final int[] TEXT = new SplittableRandom(5).ints(400, 0, 256).toArray();

    @TempDir
    private Path folder;

    private Path dense(Sizes sizes, Storage storage) throws IOException {
        return Files.write(
                folder.resolve("dense.gguf"), TinyModel.of(sizes, storage, 3).bytes());
    }

    private Model upcycled(Path dense, boolean byChance) throws IOException {
        Path file = folder.resolve("mixture.gguf");
        new Upcycler(dense, ModelLoader.load(dense), new Upcycler.Plan("mine", 2, 1, 1, byChance), step -> {})
                .write(file, TEXT);
        return ModelLoader.load(file);
    }

    private static double perplexity(Model model, GateRule rule) {
        return new Perplexity(model, Kernels.scalar()).of(TEXT, rule, done -> {});
    }

    private static GateRule experts(int k) {
        return new GateRule(OptionalInt.of(k), 1, 0, OptionalInt.empty(), GateRule.USUAL.bias());
    }

    @Test
    void allExpertsTogetherAreTheDenseModel() throws Exception {
        for (Storage storage : new Storage[] {Storage.F32, Storage.Q8_0, Storage.Q4_0}) {
            Path dense = dense(Sizes.DENSE, storage);
            double before = perplexity(ModelLoader.load(dense), GateRule.USUAL);
            for (boolean byChance : new boolean[] {false, true}) {
                Model mixture = upcycled(dense, byChance);
                assertThat(mixture.profile().name()).isEqualTo("mine");
                assertThat(mixture.shape().experts()).isEqualTo(2);
                assertThat(mixture.shape().expertsUsed()).isEqualTo(1);
                // Quantised weights meet activations rounded to 8 bits, group by group: noise that a random model makes
                // much of.
                double whole = Math.abs(perplexity(mixture, experts(2)) - before);
                assertThat(whole).isLessThan((storage == Storage.F32 ? 0.002 : 0.02) * before);
                if (storage == Storage.F32) {
                    double half = Math.abs(perplexity(mixture, experts(1)) - before);
                    assertThat(half).isGreaterThan(3 * whole);
                }
            }
        }
    }

    @Test
    void whatCannotBeIsSaid() throws Exception {
        Path mixture = dense(Sizes.MIXTURE, Storage.F32);
        refuses(mixture, new Upcycler.Plan("x", 2, 1, 1, false), "one with experts");
        Path dense = dense(Sizes.DENSE, Storage.F32);
        refuses(dense, new Upcycler.Plan("x", 4, 1, 2, false), "96 neurons a layer cannot be cut into 5 groups");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Upcycler.Plan("x", 8, 4, 9, false))
                .withMessageContaining("--used 1 to --experts, not 8, 4 and 9");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Upcycler.texts(ModelLoader.load(dense), "short", 256, 128))
                .withMessageContaining("--text has 5 tokens");
    }

    private void refuses(Path model, Upcycler.Plan plan, String fault) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Upcycler(model, ModelLoader.load(model), plan, step -> {})
                        .write(folder.resolve("out.gguf"), TEXT))
                .withMessageContaining(fault);
    }

    @Test
    void textsShareNoToken() throws Exception {
        Path dense = dense(Sizes.DENSE, Storage.F32);
        String text = "abcdefghij".repeat(40);
        Upcycler.Texts texts = Upcycler.texts(ModelLoader.load(dense), text, 300, 100);
        assertThat(texts.learn()).hasSize(300).startsWith('a', 'b');
        assertThat(texts.heldOut()).hasSize(100).endsWith('i', 'j');
    }
}
