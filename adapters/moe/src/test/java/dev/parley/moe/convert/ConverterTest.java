package dev.parley.moe.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.moe.engine.GgufBytes;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.EngineLogits;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny checkpoints of every family, converted and computed, beside the logits of transformers over the same weights (training/checkpoints.py). */
class ConverterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.role }}{% endfor %}";

    @TempDir
    private Path folder;

    private static JsonNode golden(String name) throws IOException {
        try (InputStream in = ConverterTest.class.getResourceAsStream("/golden/checkpoints.json")) {
            return JSON.readTree(Objects.requireNonNull(in)).path(name);
        }
    }

    /** As checkpoints.py computes them. */
    private static float[] weights(String name, List<Integer> shape) {
        long seed = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (b & 0xFF)) * 0x100000001B3L;
        }
        int count = shape.stream().reduce(1, (a, b) -> a * b);
        float scale = (float) (shape.size() == 1 ? 1 : 5 / Math.sqrt(shape.getLast()));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            float unit = ((z ^ (z >>> 31)) >>> 40) / (float) (1 << 24) - 0.5f;
            values[i] = name.contains("norm") ? 1 + 0.4f * unit : scale * unit;
        }
        return values;
    }

    /** Writes the checkpoint as transformers would. */
    private ObjectNode write(String name) throws IOException {
        JsonNode golden = golden(name);
        ObjectNode config = golden.path("config").deepCopy();
        Files.writeString(folder.resolve("config.json"), config.toString());
        Files.write(folder.resolve("model.safetensors"), tensors(golden.path("shapes")));
        ObjectNode tokenizer = tokenizer();
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
        ObjectNode settings =
                JSON.createObjectNode().put("chat_template", TEMPLATE).put("eos_token", "<|im_end|>");
        Files.writeString(folder.resolve("tokenizer_config.json"), settings.toString());
        return config;
    }

    private static byte[] tensors(JsonNode shapes) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Map.Entry<String, JsonNode> entry : shapes.properties()) {
            List<Integer> shape = StreamSupport.stream(entry.getValue().spliterator(), false)
                    .map(JsonNode::asInt)
                    .toList();
            float[] values = weights(entry.getKey(), shape);
            ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F32");
            tensor.set("shape", entry.getValue());
            tensor.putArray("data_offsets").add(data.size()).add(data.size() + 4 * values.length);
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                bytes.putFloat(value);
            }
            data.writeBytes(bytes.array());
        }
        byte[] json = JSON.writeValueAsBytes(header);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        out.writeBytes(json);
        out.writeBytes(data.toByteArray());
        return out.toByteArray();
    }

    /** Bytes, one merge, and ChatML's tokens. */
    private static ObjectNode tokenizer() {
        ObjectNode tokenizer = JSON.createObjectNode();
        ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab");
        GgufBytes.byteLetters().forEach(letter -> vocabulary.put(letter, vocabulary.size()));
        vocabulary.put("he", 258);
        model.putArray("merges").add("h e");
        ArrayNode added = tokenizer.putArray("added_tokens");
        added.addObject().put("id", 256).put("content", "<|im_start|>").put("special", true);
        added.addObject().put("id", 257).put("content", "<|im_end|>").put("special", true);
        tokenizer.putObject("pre_tokenizer").put("type", "ByteLevel");
        return tokenizer;
    }

    private Model convert(TensorType storage) throws IOException {
        Path file = folder.resolve("model.gguf");
        Converter.convert(folder, file, "tiny", storage, tensor -> {});
        return ModelLoader.load(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LlamaForCausalLM",
                "MistralForCausalLM",
                "MixtralForCausalLM",
                "Qwen2ForCausalLM",
                "Qwen3ForCausalLM",
                "Qwen2MoeForCausalLM",
                "Qwen3MoeForCausalLM",
                "OlmoeForCausalLM"
            })
    void computesAsTransformersDoes(String name) throws IOException {
        write(name);
        Model model = convert(TensorType.F32);
        JsonNode golden = golden(name);
        int[] tokens = StreamSupport.stream(golden.path("tokens").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        float[][] logits = EngineLogits.all(model, Kernels.vector(), tokens);
        JsonNode rows = golden.path("logits");
        for (int r = 0; r < rows.size(); r++) {
            float[] row = logits[tokens.length - rows.size() + r];
            assertThat(rows.path(r)).hasSize(row.length);
            for (int i = 0; i < row.length; i++) {
                assertThat(row[i]).isCloseTo((float) rows.path(r).path(i).asDouble(), within(2e-3f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q4_K", "Q6_K"})
    void roundsToEveryStorage(TensorType storage) throws IOException {
        write("MixtralForCausalLM");
        Model model = convert(storage);
        // Rows of 64 and 96 numbers do not divide into blocks of 256: those stay in half precision.
        boolean wide = storage == TensorType.Q4_K || storage == TensorType.Q6_K;
        assertThat(model.profile().quantisation()).isEqualTo(wide ? "F16" : storage.name());
        assertThat(model.profile().name()).isEqualTo("tiny");
        assertThat(model.shape().experts()).isEqualTo(4);
    }

    @Test
    void theVocabularyComesAlong() throws IOException {
        write("Qwen3ForCausalLM");
        Model model = convert(TensorType.Q8_0);
        assertThat(model.tokenizer().encode("hey")).containsExactly(258, 'y');
        assertThat(model.tokenizer().ends(257)).isTrue();
        assertThat(model.tokenizer().control("<|im_start|>")).hasValue(256);
        assertThat(model.tokenizer().text(259)).isEqualTo("[UNUSED259]");
    }

    @Test
    void sentencePieceCheckpointsKeepTheirBytes() throws IOException {
        write("MixtralForCausalLM");
        ObjectNode tokenizer = JSON.createObjectNode();
        ObjectNode model = tokenizer
                .putObject("model")
                .put("type", "BPE")
                .put("byte_fallback", true)
                .put("unk_token", "<unk>");
        ObjectNode vocabulary = model.putObject("vocab");
        List<String> texts = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int b = 0; b < 256; b++) {
            texts.add(String.format("<0x%02X>", b));
        }
        texts.addAll(List.of("\u2581h", "\u2581he", "e", "h", "\u2581"));
        texts.forEach(text -> vocabulary.put(text, vocabulary.size()));
        tokenizer.putObject("normalizer").put("type", "Prepend").put("prepend", "\u2581");
        ArrayNode added = tokenizer.putArray("added_tokens");
        added.addObject().put("id", 1).put("content", "<s>").put("special", true);
        added.addObject().put("id", 2).put("content", "</s>").put("special", true);
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\":\"[INST]\",\"eos_token\":\"</s>\",\"bos_token\":\"<s>\",\"add_bos_token\":true}");
        Model converted = convert(TensorType.Q8_0);
        assertThat(converted.tokenizer().encode("he")).containsExactly(260);
        assertThat(converted.tokenizer().encode("\n")).containsExactly(263, 3 + '\n');
        assertThat(converted.tokenizer().ends(2)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            architectures     | ["GPT2LMHeadModel"]             | a GPT2LMHeadModel is not converted
            num_hidden_layers | null                            | num_hidden_layers is missing
            num_hidden_layers | 1                               | model.layers.1.input_layernorm.weight has no place
            num_hidden_layers | 3                               | tensor model.layers.2.input_layernorm.weight is missing
            rope_scaling      | {"rope_type":"dynamic"}         | of type dynamic is not computed
            norm_topk_prob    | false                           | norm_topk_prob false
            """)
    void refusesWhatItWouldGetWrong(String key, String value, String fault) throws IOException {
        ObjectNode config = write("Qwen3MoeForCausalLM");
        config.set(key, JSON.readTree(value));
        Files.writeString(folder.resolve("config.json"), config.toString());
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> convert(TensorType.F32))
                .withMessageContaining(fault);
    }

    @Test
    void namesWhatIsCutOrMissing() throws IOException {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> convert(TensorType.F32))
                .withMessageContaining("config.json is missing");
        write("Qwen3ForCausalLM");
        Path file = folder.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1000));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> convert(TensorType.F32))
                .withMessageContaining("lies outside the file");
        Files.write(file, new byte[] {1, 2, 3});
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> convert(TensorType.F32))
                .withMessageContaining("no whole safetensors file");
    }
}
