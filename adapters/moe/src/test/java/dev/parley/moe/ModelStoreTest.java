package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that hold models and adapters of them. */
class ModelStoreTest {
    @TempDir
    private Path folder;

    private void model(String name) throws IOException {
        try (var in = Objects.requireNonNull(ModelStore.class.getResourceAsStream("models/" + name + ".gguf"))) {
            Files.copy(in, folder.resolve(name + ".gguf"));
        }
    }

    /** Changes one matrix of a shipped model of width 96. */
    private void adapter(String base) throws IOException {
        GgufWriter writer = new GgufWriter()
                .text("general.type", "adapter")
                .text("general.architecture", "llama")
                .text("general.name", "tuned");
        if (!base.isEmpty()) {
            writer.text("general.base_model.0.name", base);
        }
        float[] ones = new float[96];
        Arrays.fill(ones, 0.01f);
        byte[] bytes = BlockEncoder.encode(TensorType.F32, ones);
        writer.tensor("blk.0.attn_q.weight.lora_a", TensorType.F32, List.of(96, 1), () -> bytes)
                .tensor("blk.0.attn_q.weight.lora_b", TensorType.F32, List.of(1, 96), () -> bytes)
                .write(folder.resolve("a-tuned.gguf"));
    }

    @Test
    void anAdapterIsAModelBesideItsBase() throws IOException {
        model("parley-facts");
        adapter("");
        var models = ModelStore.directory(folder);
        assertThat(models).containsOnlyKeys("parley-facts", "tuned");
        assertThat(Objects.requireNonNull(models.get("tuned")).profile().architecture())
                .isEqualTo("llama");
    }

    @Test
    void ofSeveralBasesOneMustBeNamed() throws IOException {
        model("parley-facts");
        model("parley-text");
        adapter("");
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> ModelStore.directory(folder))
                .withMessageContaining("a-tuned.gguf: key general.base_model.0.name: its base is not known")
                .withMessageContaining("[parley-facts, parley-text]");
        adapter("parley-text");
        assertThat(ModelStore.directory(folder)).containsOnlyKeys("parley-facts", "parley-text", "tuned");
    }
}
