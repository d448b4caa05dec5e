package dev.parley.moe.engine.constrain;

import dev.parley.moe.engine.text.Tokenizer;
import java.util.BitSet;

/** Which tokens may come next in an answer of a given form. Not thread-safe. */
public final class TokenFilter {
    private final Tokenizer tokenizer;
    private JsonProgress progress;

    public TokenFilter(Tokenizer tokenizer, JsonForm.Document document) {
        this.tokenizer = tokenizer;
        this.progress = JsonProgress.begin(document);
    }

    /** An end of the answer counts as a token; other control tokens never come. */
    public boolean allows(int token) {
        if (tokenizer.ends(token)) {
            return progress.mayEnd();
        }
        byte[] bytes = tokenizer.bytes(token);
        return bytes.length > 0 && progress.after(bytes) != null;
    }

    /** All that may come, of the whole vocabulary. */
    public BitSet allowed() {
        boolean[] first = new boolean[256];
        for (int b = 0; b < first.length; b++) {
            first[b] = progress.after(new byte[] {(byte) b}) != null;
        }
        BitSet allowed = new BitSet(tokenizer.size());
        for (int token = 0; token < tokenizer.size(); token++) {
            byte[] bytes = tokenizer.bytes(token);
            boolean begins = bytes.length > 0 && first[bytes[0] & 0xFF];
            allowed.set(token, (begins || tokenizer.ends(token)) && allows(token));
        }
        return allowed;
    }

    /** This token has come. */
    public void accept(int token) {
        if (tokenizer.ends(token)) {
            return;
        }
        JsonProgress next = progress.after(tokenizer.bytes(token));
        if (next == null) {
            throw new IllegalArgumentException("token " + token + " is not allowed here");
        }
        progress = next;
    }

    /** Whether the answer is whole and nothing may follow. */
    public boolean isOver() {
        return progress.mustEnd();
    }
}
