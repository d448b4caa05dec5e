package dev.parley.moe.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.EngineLogits;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiny checkpoints of every family, converted and computed, beside the logits of transformers over the same weights (training/checkpoints.py). */
class ConverterIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private ObjectNode write(String name) throws IOException {
        return GoldenCheckpoint.write(folder, name, Map.of());
    }

    private Model convert(TensorType storage) throws IOException {
        Path file = folder.resolve("model.gguf");
        assertThat(Converter.convert(folder, file, "tiny", storage, tensor -> {}))
                .isEmpty();
        return ModelLoader.load(file);
    }

    @ParameterizedTest
    @MethodSource("dev.parley.moe.convert.GoldenCheckpoint#names")
    void computesAsTransformersDoes(String name) throws IOException {
        write(name);
        Model model = convert(TensorType.F32);
        int[] tokens = GoldenCheckpoint.tokens(name);
        float[][] logits = EngineLogits.all(model, Kernels.vector(), tokens);
        JsonNode rows = GoldenCheckpoint.of(name).path("logits");
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DeepseekV2ForCausalLM | topk_method    | "group_limited_greedy" | topk_method group_limited_greedy is not computed for a DeepseekV2ForCausalLM, only greedy; serve
            DeepseekV2ForCausalLM | norm_topk_prob | true                   | norm_topk_prob true is not computed
            DeepseekV2ForCausalLM | scoring_func   | "sigmoid"              | scoring_func sigmoid is not computed
            DeepseekV2ForCausalLM | q_lora_rank    | null                   | tensor model.layers.0.self_attn.q_proj.weight is missing
            DeepseekV2ForCausalLM | v_head_dim     | 16                     | kv_b_proj.weight is of the form [224, 40], but config.json means [160, 40]
            DeepseekV3ForCausalLM | scoring_func   | "softmax"              | scoring_func softmax is not computed
            DeepseekV3ForCausalLM | topk_method    | "greedy"               | topk_method greedy is not computed
            DeepseekV3ForCausalLM | moe_layer_freq | 2                      | moe_layer_freq 2 is not computed
            DeepseekV3ForCausalLM | n_group        | null                   | n_group is missing
            DeepseekV3ForCausalLM | num_hidden_layers | 2                   | model.layers.2.input_layernorm.weight has no place
            DeepseekV3ForCausalLM | rope_scaling   | {"type":"yarn","factor":4,"mscale":1,"mscale_all_dim":0.5} | with mscale 1 and mscale_all_dim 0.5 cannot be said
            DeepseekV3ForCausalLM | rope_scaling   | {"type":"yarn","factor":4} | with mscale (none) and mscale_all_dim (none) cannot be said
            DeepseekV3ForCausalLM | rope_scaling   | {"type":"llama3","factor":4} | of type llama3 is not computed; known are linear, yarn
            """)
    void refusesWhatItWouldGetWrongOfDeepSeek(String name, String key, String value, String fault) throws IOException {
        ObjectNode config = write(name);
        config.set(key, JSON.readTree(value));
        Files.writeString(folder.resolve("config.json"), config.toString());
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> convert(TensorType.F32))
                .withMessageContaining(fault);
    }

    @Test
    void leavesOutBlocksForFurtherTokensAndSaysSo() throws IOException {
        String block = "model.layers.3.";
        Map<String, List<Integer>> further = Map.of(
                block + "eh_proj.weight", List.of(64, 128),
                block + "enorm.weight", List.of(64),
                block + "self_attn.o_proj.weight", List.of(64, 128));
        GoldenCheckpoint.write(folder, "DeepseekV3ForCausalLM", further);
        Path file = folder.resolve("model.gguf");
        assertThat(Converter.convert(folder, file, "tiny", TensorType.Q8_0, tensor -> {}))
                .containsExactly(
                        "Left out model.layers.3, a block for multi-token prediction: answers are the same without it.");
        assertThat(ModelLoader.load(file).shape().layers()).isEqualTo(3);
    }

    @Test
    void refusesBiasesOfLatentAttention() throws IOException {
        String bias = "model.layers.0.self_attn.kv_a_proj_with_mqa.bias";
        GoldenCheckpoint.write(folder, "DeepseekV3ForCausalLM", Map.of(bias, List.of(56)));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> convert(TensorType.F32))
                .withMessageContaining("tensor " + bias + " has no place in a file of deepseek2");
    }

    /** Patterns of DeepSeek-V2's and V3's tokenizer.json, the longest ones cut short. */
    @ParameterizedTest
    @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
            deepseek-llm @ ["[\\r\\n]", "\\\\s?[A-Za-z\u00B5]+", "\\\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+", "\\\\s+$", "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+"]
            deepseek-v3  @ ["\\\\p{N}{1,3}", "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+", "[^\\r\\n\\\\p{L}\\\\p{P}\\\\p{S}]?[\\\\p{L}\\\\p{M}]+| ?[\\\\p{P}\\\\p{S}]+[\\r\\n]*|\\\\s*[\\r\\n]+|\\\\s+(?!\\\\S)|\\\\s+"]
            """)
    void knowsHowDeepSeekCutsTexts(String pre, String patterns) throws IOException {
        write("DeepseekV3ForCausalLM");
        ObjectNode tokenizer =
                (ObjectNode) JSON.readTree(folder.resolve("tokenizer.json").toFile());
        ArrayNode cuts =
                tokenizer.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        for (JsonNode pattern : JSON.readTree(patterns)) {
            cuts.addObject().put("type", "Split").putObject("pattern").set("Regex", pattern);
        }
        cuts.addObject().put("type", "ByteLevel").put("use_regex", false);
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
        convert(TensorType.F32);
        assertThat(GgufReader.metadata(folder.resolve("model.gguf")).text("tokenizer.ggml.pre"))
                .isEqualTo(pre);
    }

    @Test
    void namesAStorageThatIsNotRead() throws IOException {
        write("DeepseekV3ForCausalLM");
        Path file = folder.resolve("model.safetensors");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(file, bytes.replace("\"F32\"", "\"F64\""), StandardCharsets.ISO_8859_1);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> convert(TensorType.F32))
                .withMessageContaining("is stored as F64; save the model as F32, F16 or BF16");
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
