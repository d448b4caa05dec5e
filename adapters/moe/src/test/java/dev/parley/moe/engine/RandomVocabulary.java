package dev.parley.moe.engine;

import dev.parley.moe.engine.gguf.GgufWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes the vocabulary of a {@link RandomModel} and a chat template. */
record RandomVocabulary(GgufWriter file, RandomModel.Vocabulary vocabulary) {
    private static final String TEMPLATE =
            "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
                    + "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    static final List<String> CONTROL = List.of("<|pad|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>");

    private void pieces() {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.format("<0x%02X>", b));
            types.add(6);
        }
        List<Float> scores = new ArrayList<>(Collections.nCopies(tokens.size(), 0f));
        for (String piece : vocabulary.merges()) {
            tokens.add(piece);
            types.add(1);
            scores.add(-1f * scores.size());
        }
        tokens.addAll(CONTROL);
        while (tokens.size() < vocabulary.size()) {
            tokens.add("<|reserved_" + tokens.size() + "|>");
        }
        while (types.size() < tokens.size()) {
            types.add(3);
            scores.add(0f);
        }
        file.text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", tokens)
                .reals("tokenizer.ggml.scores", scores)
                .wholes("tokenizer.ggml.token_type", types)
                .whole("tokenizer.ggml.bos_token_id", 1)
                .whole("tokenizer.ggml.eos_token_id", 2)
                .whole("tokenizer.ggml.unknown_token_id", 0)
                .text("tokenizer.chat_template", TEMPLATE);
    }

    void write() {
        if (vocabulary.hasPieces()) {
            pieces();
            return;
        }
        List<String> tokens = new ArrayList<>(GgufBytes.byteLetters());
        vocabulary.merges().forEach(merge -> tokens.add(merge.replace(" ", "")));
        int plain = tokens.size();
        tokens.addAll(CONTROL);
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < vocabulary.size(); i++) {
            if (i >= tokens.size()) {
                tokens.add("<|reserved_" + i + "|>");
            }
            types.add(i < plain ? 1 : 3);
        }
        file.text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", vocabulary.pre())
                .texts("tokenizer.ggml.tokens", tokens)
                .wholes("tokenizer.ggml.token_type", types)
                .texts("tokenizer.ggml.merges", vocabulary.merges())
                .whole("tokenizer.ggml.eos_token_id", tokens.indexOf("<|end|>"))
                .flag("tokenizer.ggml.add_bos_token", false)
                .text("tokenizer.chat_template", TEMPLATE);
    }
}
