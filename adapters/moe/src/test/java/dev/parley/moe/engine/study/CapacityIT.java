package dev.parley.moe.engine.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.model.ModelProfile;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CapacityIT {
    private static GgufFile file(String architecture, RandomModel.Sizes sizes, TensorType type) {
        return GgufReader.read("model.gguf", MemorySegment.ofArray(bytes(architecture, sizes, type)));
    }

    private static byte[] bytes(String architecture, RandomModel.Sizes sizes, TensorType type) {
        return RandomModel.of(architecture, sizes, type, 1).bytes();
    }

    /** Three layers of width 256: queries and outputs 256 x 256, keys and values 128 x 256, eight experts of 256, a gate. */
    @Test
    void countsWhatATokenIsMultipliedWith() {
        Footprint mixture = Footprint.of(file("llama", RandomModel.Sizes.MIXTURE, TensorType.Q8_0));
        long attention = 3 * (2 * 256 * 256 + 2 * 128 * 256);
        long expert = 3 * 3 * 256 * 256;
        long output = 256L * RandomModel.VOCABULARY;
        assertThat(mixture.everywhere()).isEqualTo(Map.of(TensorType.Q8_0, attention, TensorType.F32, 3L * 256 * 8));
        assertThat(mixture.output()).isEqualTo(Map.of(TensorType.Q8_0, output));
        assertThat(mixture.expert()).isEqualTo(Map.of(TensorType.Q8_0, expert));
        assertThat(mixture.multiplications()).isEqualTo(attention + 3 * 256 * 8 + output + 2 * expert);
        assertThat(mixture.positionBytes()).isEqualTo(2 * 4 * 3 * 128);
        assertThat(mixture.multiplicationsByPosition()).isEqualTo(2 * 3 * 256);
        Footprint dense = Footprint.of(file("llama", RandomModel.Sizes.DENSE, TensorType.F16));
        assertThat(dense.expert()).isEmpty();
        assertThat(dense.multiplications()).isEqualTo(attention + expert + output);
        assertThat(dense.activeBytes()).isEqualTo(4 * dense.multiplications());
    }

    /** Three layers whose positions leave a latent of 256 numbers and 32 that turn, to four heads. */
    @Test
    void countsLatents() {
        GgufFile file = file("deepseek2", RandomModel.Sizes.MIXTURE, TensorType.Q8_0);
        Footprint latents = Footprint.of(file);
        assertThat(latents.positionBytes()).isEqualTo(4 * 3 * (256 + 32));
        assertThat(latents.multiplicationsByPosition()).isEqualTo(3 * 4 * (256 + 32 + 256));
        assertThat(latents.parameters())
                .isEqualTo(
                        ModelLoader.load("model.gguf", bytes("deepseek2", RandomModel.Sizes.MIXTURE, TensorType.Q8_0))
                                .profile()
                                .parameters());
        long queries = 256 * 512 + 512 * 4 * 96;
        long made = 4 * 256 * (64 + 128);
        long attention = queries + 256 * (256 + 32) + made + 4 * 128 * 256;
        long parts = 3 * 256 * 256 + 2 * 3 * 256 * 512;
        assertThat(latents.everywhere().get(TensorType.Q8_0)).isEqualTo(3 * attention + parts);
        assertThat(Footprint.of(file("deepseek2-lite", RandomModel.Sizes.MIXTURE, TensorType.Q8_0))
                        .everywhere()
                        .get(TensorType.F32))
                .as("gates, and what makes keys and values in one matrix")
                .isEqualTo(2 * 256 * 8 + 3 * made);
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MXFP4"})
    void knowsTheKernelsLayouts(TensorType type) {
        GgufFile file = file("llama", RandomModel.Sizes.DENSE, type);
        Matrix matrix = new Tensors(file).matrix("blk.0.attn_q.weight", 256, 256);
        assertThat((double) matrix.bytes()).isEqualTo(256 * 256 * Tensors.bytesPerWeight(type));
    }

    /** With speeds given, what is foretold can be reckoned by hand. */
    @Test
    void foretellsTheSumOfTheProducts() {
        Footprint mixture = Footprint.of(file("llama", RandomModel.Sizes.MIXTURE, TensorType.Q8_0));
        KernelSpeed speed = new KernelSpeed(new double[] {1e-9, 4e-9, 16e-9});
        Capacity capacity = new Capacity(mixture, Map.of(TensorType.Q8_0, speed, TensorType.F32, speed));
        double one = (mixture.multiplications() + 100.0 * mixture.multiplicationsByPosition()) * 1e-9;
        assertThat(capacity.decode(1, 100)).isCloseTo(1 / one, within(1e-6 / one));
        assertThat(capacity.decode(8, 100)).isBetween(1.1 / one, 2 / one);
        assertThat(capacity.prefill(256)).isGreaterThan(capacity.decode(8, 128));
        assertThat(speed.perWeight(4.5)).isCloseTo(2.5e-9, within(1e-15));
        assertThat(speed.perWeight(128)).isCloseTo(32e-9, within(1e-15));
        assertThat(speed.perWeight(0.5)).isCloseTo(0.5e-9, within(1e-15));
    }

    /** The generalist has eight experts that compute and four that do not, and chooses three of all twelve. */
    @Test
    void nullExpertsCostNothing() throws IOException {
        byte[] bytes;
        try (InputStream in =
                Objects.requireNonNull(Model.class.getResourceAsStream("/dev/parley/moe/models/parley-general.gguf"))) {
            bytes = in.readAllBytes();
        }
        Footprint general = Footprint.of(GgufReader.read("parley-general", MemorySegment.ofArray(bytes)));
        assertThat(general.experts()).isEqualTo(8);
        assertThat(general.expertsComputed()).isEqualTo(2);
        long expert =
                general.expert().values().stream().mapToLong(Long::longValue).sum();
        ModelProfile profile = ModelLoader.load("parley-general.gguf", bytes).profile();
        assertThat(profile.activeParameters()).isEqualTo(profile.parameters() - 10 * expert);
        KernelSpeed speed = new KernelSpeed(new double[] {1e-9, 8e-9, 64e-9});
        Capacity capacity = new Capacity(general, Map.of(TensorType.Q8_0, speed, TensorType.F32, speed));
        double one = (general.multiplications() + 100.0 * general.multiplicationsByPosition()) * 1e-9;
        assertThat(capacity.decode(1, 100)).isCloseTo(1 / one, within(1e-6 / one));
        Footprint asIfComputed = Footprint.of(file("llama", RandomModel.Sizes.MIXTURE, TensorType.Q8_0));
        assertThat(asIfComputed.expertsComputed())
                .isEqualTo(asIfComputed.shape().expertsUsed());
    }

    @Test
    void measuresThisMachine() {
        KernelSpeed speed = KernelSpeed.measure(TensorType.Q8_0, 100_000);
        assertThat(speed.rate()).isBetween(1e6, 1e12);
        assertThat(speed.perWeight(64)).isGreaterThan(speed.perWeight(1));
    }
}
