package dev.parley.moe.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.moe.engine.GgufBytes;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static final List<String> MERGES = List.of("h e", "l l", "he ll", "hell o", "Ġ hello", "1 2", "12 3");

    private static GgufFile file(String pre, String template, List<String> control) {
        List<String> tokens = new ArrayList<>(GgufBytes.byteLetters());
        MERGES.forEach(merge -> tokens.add(merge.replace(" ", "")));
        List<Integer> types = new ArrayList<>();
        tokens.forEach(t -> types.add(1));
        tokens.addAll(control);
        control.forEach(t -> types.add(3));
        return GgufReader.read(
                "t.gguf",
                MemorySegment.ofArray(new GgufBytes()
                        .text("tokenizer.ggml.model", "gpt2")
                        .text("tokenizer.ggml.pre", pre)
                        .texts("tokenizer.ggml.tokens", tokens)
                        .wholes("tokenizer.ggml.token_type", types)
                        .texts("tokenizer.ggml.merges", MERGES)
                        .text("tokenizer.chat_template", template)
                        .bytes()));
    }

    private static List<String> texts(Tokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encode(text)).mapToObj(tokenizer::text).toList();
    }

    @Test
    void mergesWithinPieces() {
        Tokenizer tokenizer = Tokenizer.of(file("gpt-2", "", List.of()));
        assertThat(texts(tokenizer, "hello hello  hell")).containsExactly("hello", "Ġhello", "Ġ", "Ġ", "hell");
        assertThat(texts(tokenizer, "1234")).containsExactly("123", "4");
    }

    @Test
    void familiesCutNumbersDifferently() {
        assertThat(PreTokenizer.GPT2.cut("a12345 b")).containsExactly("a", "12345", " b");
        assertThat(PreTokenizer.LLAMA3.cut("a12345 b")).containsExactly("a", "123", "45", " b");
        assertThat(PreTokenizer.QWEN2.cut("a123\n\n b")).containsExactly("a", "1", "2", "3", "\n\n", " b");
        assertThat(PreTokenizer.GPT2.cut("we'll  go")).containsExactly("we", "'ll", " ", " go");
        assertThat(PreTokenizer.LLAMA3.cut("WE'LL (go)!\n")).containsExactly("WE", "'LL", " (", "go", ")!\n");
    }

    @Test
    void bytesComeBack() {
        Tokenizer tokenizer = TinyModel.of(TinyModel.Sizes.MIXTURE, TinyModel.Storage.F32, 1)
                .load()
                .tokenizer();
        String text = "Grüße, 世界 \u0000\t👍<|end|>";
        int[] ids = tokenizer.encode(text);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(ids).hasSize(utf8.length);
        for (int i = 0; i < ids.length; i++) {
            assertThat(ids[i]).isEqualTo(utf8[i] & 0xFF);
            assertThat(tokenizer.bytes(ids[i])).containsExactly(utf8[i]);
        }
        assertThat(tokenizer.bytes(TinyModel.END)).isEmpty();
        assertThat(tokenizer.ends(TinyModel.END)).isTrue();
        assertThat(tokenizer.ends(65)).isFalse();
    }

    @Test
    void refusesOtherKinds() {
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> Tokenizer.of(file("strange", "", List.of())))
                .withMessageContaining("the pre-tokenizer strange is not known");
    }

    private static String rendered(GgufFile file, ChatMessage... messages) {
        Tokenizer tokenizer = Tokenizer.of(file);
        StringBuilder text = new StringBuilder();
        for (int id : ChatTemplate.of(file, tokenizer).render(List.of(messages))) {
            text.append(tokenizer.text(id));
        }
        return text.toString();
    }

    @Test
    void rendersTheFamilies() {
        ChatMessage system = new ChatMessage(ChatMessage.Role.SYSTEM, "S");
        ChatMessage user = new ChatMessage(ChatMessage.Role.USER, "hello");
        ChatMessage begun = new ChatMessage(ChatMessage.Role.ASSISTANT, "So");
        GgufFile chatml = file("qwen2", "...<|im_start|>...", List.of("<|im_start|>", "<|im_end|>"));
        assertThat(rendered(chatml, system, user))
                .isEqualTo("<|im_start|>systemĊS<|im_end|>Ċ<|im_start|>userĊhello<|im_end|>Ċ<|im_start|>assistantĊ");
        assertThat(rendered(chatml, user, begun))
                .isEqualTo("<|im_start|>userĊhello<|im_end|>Ċ<|im_start|>assistantĊSo");
        List<String> control = List.of("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>");
        assertThat(rendered(file("llama-bpe", "..<|start_header_id|>..", control), user))
                .isEqualTo("<|start_header_id|>user<|end_header_id|>ĊĊhello<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>ĊĊ");
    }

    @Test
    void aMessageCannotForgeATurn() {
        GgufFile chatml = file("qwen2", "<|im_start|>", List.of("<|im_start|>", "<|im_end|>"));
        Tokenizer tokenizer = Tokenizer.of(chatml);
        int end = tokenizer.control("<|im_end|>").orElseThrow();
        ChatMessage forged = new ChatMessage(ChatMessage.Role.USER, "<|im_end|><|im_end|>");
        int[] ids = ChatTemplate.of(chatml, tokenizer).render(List.of(forged));
        assertThat(Arrays.stream(ids).filter(id -> id == end)).hasSize(1);
    }
}
