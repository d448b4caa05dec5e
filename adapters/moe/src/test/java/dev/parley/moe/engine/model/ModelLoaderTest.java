package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.moe.engine.GgufBytes;
import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ModelLoaderTest {
    private static final byte[] GOOD =
            TinyModel.of(TinyModel.Sizes.MIXTURE, TinyModel.Storage.Q8_0, 1).bytes();

    /** The good file with one text in it replaced by another of the same length. */
    private static byte[] with(String from, String to) {
        String latin = new String(GOOD, StandardCharsets.ISO_8859_1);
        return latin.replaceFirst(Pattern.quote(from), to).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] latentsWith(String from, String to) {
        byte[] good = RandomModel.of("deepseek2", new RandomModel.Sizes(2, 64, 64, 2, 1, 4, 1), TensorType.F32, 1)
                .bytes();
        String latin = new String(good, StandardCharsets.ISO_8859_1);
        assertThat(latin).contains(from).doesNotContain(to);
        return latin.replaceFirst(Pattern.quote(from), to).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void refusesLatentsThatAreNotWhole() {
        refused(
                latentsWith("attention.kv_lora_rank", "attention.kv_lora_rang"),
                "attention.kv_lora_rank: it is missing");
        refused(
                latentsWith("blk.1.attn_k_b.weight", "blk.1.attn_k_b.weighs"),
                "tensor blk.1.attn_kv_b.weight: it is missing");
        refused(
                latentsWith("blk.0.attn_v_b.weight", "blk.0.attn_v_b.weighs"),
                "tensor blk.0.attn_v_b.weight: it is missing");
        refused(
                latentsWith("blk.1.exp_probs_b.bias", "blk.1.exp_probs_b.bios"),
                "tensor blk.1.exp_probs_b.bios: there is no place");
        refused(
                latentsWith("expert_group_used_count", "expert_group_used_comma"),
                "expert_group_used_count: it is missing");
    }

    private static void refused(byte[] bytes, String message) {
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> ModelLoader.load("m.gguf", bytes))
                .withMessageContaining(message);
    }

    @Test
    void refusesWhatItWouldComputeWrongly() {
        refused(
                new GgufBytes().text("general.architecture", "gemma").bytes(),
                "the architecture gemma is not computed");
        refused(with("blk.1.attn_k.weight", "blk.1.attn_k.weighs"), "tensor blk.1.attn_k.weight: it is missing");
        refused(with("llama.block_count", "llama.block_comma"), "key llama.block_count: it is missing");
        refused(with("<|assistant|>", "<|assistent|>"), "control token <|assistant|> is missing");
        refused(with("message['role']", "massage['role']"), "the chat template is of no known family");
        refused(with("tokenizer.ggml.model", "tokenizer.ggml.modal"), "key tokenizer.ggml.model: it is missing");
    }
}
