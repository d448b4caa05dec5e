package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.moe.engine.GgufBytes;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.gguf.GgufException;
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
