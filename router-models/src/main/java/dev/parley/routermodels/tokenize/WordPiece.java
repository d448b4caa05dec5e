package dev.parley.routermodels.tokenize;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * BERT's uncased WordPiece tokenizer. It reads no further than its token cap needs, so a long prompt costs no more than a short
 * one. Ids equal those of Hugging Face tokenizers (held by golden ids in the tests). Immutable, thread-safe. Source: Devlin et
 * al. 2018; Wu et al. 2016.
 */
public final class WordPiece {
    private static final String[] SPECIAL = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    private static final int LONGEST_WORD = 100; // code points; a longer word is unknown

    private final PieceTrie trie;
    private final int[] specialIds = new int[SPECIAL.length];
    private final int unknown;
    private final int begin;
    private final int end;

    private WordPiece(Map<String, Integer> vocabulary) {
        trie = new PieceTrie(vocabulary);
        for (int i = 0; i < SPECIAL.length; i++) {
            Integer id = vocabulary.get(SPECIAL[i]);
            if (id == null) {
                throw new IllegalArgumentException("the vocabulary lacks " + SPECIAL[i] + ": is it BERT's?");
            }
            specialIds[i] = id;
        }
        unknown = specialIds[1];
        begin = specialIds[2];
        end = specialIds[3];
    }

    /** From a Hugging Face tokenizer.json; throws IllegalArgumentException if it holds no WordPiece vocabulary. */
    public static WordPiece read(InputStream tokenizerJson) throws IOException {
        return new WordPiece(VocabularyFile.read(new String(tokenizerJson.readAllBytes(), StandardCharsets.UTF_8)));
    }

    /**
     * Token ids, [CLS] first and [SEP] last.
     *
     * @param maxTokens at least 2, special tokens included
     */
    public int[] encode(String text, int maxTokens) {
        Ids ids = new Ids(maxTokens - 1, Math.min(maxTokens, 16 + text.length()));
        ids.add(begin);
        int at = 0;
        while (at < text.length() && !ids.full()) {
            int stop = special(text, at) >= 0 ? at : chunkEnd(text, at);
            if (stop == at) {
                int special = special(text, at);
                ids.add(specialIds[special]);
                at += SPECIAL[special].length();
            } else {
                chunk(text, at, stop, ids);
                at = stop;
            }
        }
        return ids.closedBy(end);
    }

    /** A chunk ends after ASCII white space and before a special token: normalisation never reaches across either. */
    private static int chunkEnd(String text, int from) {
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                return i + 1;
            }
            if (c == '[' && i > from && special(text, i) >= 0) {
                return i;
            }
            i++;
        }
        return i;
    }

    private static int special(String text, int at) {
        if (text.charAt(at) != '[') {
            return -1;
        }
        for (int i = 0; i < SPECIAL.length; i++) {
            if (text.startsWith(SPECIAL[i], at)) {
                return i;
            }
        }
        return -1;
    }

    private void chunk(String text, int from, int to, Ids ids) {
        if (plain(text, from, to)) {
            words(text, from, to, ids);
        } else {
            String normal = BertText.normalise(text.substring(from, to));
            words(normal, 0, normal.length(), ids);
        }
    }

    /** True for printable ASCII and white space only: what needs no more than lower case. */
    private static boolean plain(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= 127 || (c < ' ' && c != '\n' && c != '\t' && c != '\r')) {
                return false;
            }
        }
        return true;
    }

    private void words(String text, int from, int to, Ids ids) {
        int at = from;
        while (at < to && !ids.full()) {
            int c = text.codePointAt(at);
            int next = at + Character.charCount(c);
            if (BertText.white(c)) {
                at = next;
                continue;
            }
            if (!BertText.punctuation(c)) {
                next = wordEnd(text, next, to);
            }
            word(text, at, next, ids);
            at = next;
        }
    }

    private static int wordEnd(String text, int from, int to) {
        int at = from;
        while (at < to) {
            int c = text.codePointAt(at);
            if (BertText.white(c) || BertText.punctuation(c)) {
                return at;
            }
            at += Character.charCount(c);
        }
        return at;
    }

    /** Greedy longest match; a word that cannot be covered, or is too long, is one unknown token. */
    private void word(String text, int from, int to, Ids ids) {
        if (to - from > LONGEST_WORD && text.codePointCount(from, to) > LONGEST_WORD) {
            ids.add(unknown);
            return;
        }
        int mark = ids.mark();
        int at = from;
        int node = trie.start();
        while (at < to) {
            int last = -1;
            int after = at;
            for (int i = at; i < to && node >= 0; i++) {
                node = trie.child(node, lower(text.charAt(i)));
                if (node >= 0 && trie.piece(node) >= 0) {
                    last = trie.piece(node);
                    after = i + 1;
                }
            }
            if (last < 0) {
                ids.rewind(mark);
                ids.add(unknown);
                return;
            }
            ids.add(last);
            at = after;
            node = trie.continuation();
        }
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
}
