package dev.parley.moe.engine.text;

import dev.parley.moe.engine.gguf.GgufFile;
import java.util.OptionalInt;

/**
 * The vocabulary of a model and how it cuts texts. Text is only ever text: what looks like a control token inside a message is encoded
 * as plain characters, so a message cannot forge a turn.
 */
public interface Tokenizer {
    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} for a tokenizer of another kind or one that is not whole. */
    static Tokenizer of(GgufFile file) {
        String model = file.metadata().text("tokenizer.ggml.model");
        if (!model.equals("gpt2") && !model.equals("llama")) {
            String remedy = "Use a model with a byte-level BPE (gpt2) or a SentencePiece tokenizer (llama)";
            throw file.fault("key tokenizer.ggml.model", "the tokenizer " + model + " is not read", remedy);
        }
        return new FileTokenizer(file, model.equals("llama"));
    }

    /** Number of token ids. */
    int size();

    /** The ids of a text; no control tokens. */
    int[] encode(String text);

    /** The bytes a token stands for: part of a character, several characters, or none for a control token. Not to be changed. */
    byte[] bytes(int id);

    /** The token as the vocabulary writes it. */
    String text(int id);

    /** The id of a control token such as {@code <|end|>}; empty if there is none of this name. */
    OptionalInt control(String text);

    /** Whether the token ends an answer. */
    boolean ends(int id);

    /** Whether the words of a text begin with their space, so that an answer does too and the space is no part of it. */
    boolean spacesWords();

    /** What every conversation begins with: a control token, or nothing. */
    int[] beginning();
}
