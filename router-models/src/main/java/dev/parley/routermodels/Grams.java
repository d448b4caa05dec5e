package dev.parley.routermodels;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Hashes of a text's n-grams: its words alone and in pairs, two and four characters in a row. Case is folded, all digits are one.
 * {@code training/heads/grams.py} makes the same. Pure; microseconds. Source: feature hashing, Weinberger et al. 2009.
 */
public final class Grams {
    private static final int LOOKED_AT = 512; // characters: a long prompt must not cost an event loop more
    private static final int[] IN_A_ROW = {2, 4};
    private static final int OFFSET = 0x811c9dc5; // FNV-1a
    private static final int PRIME = 0x01000193;

    private Grams() {}

    /** Each n-gram's hash, in no order that matters. None for a text of white space alone. */
    public static void each(String text, IntConsumer sink) {
        char[] folded = folded(text);
        if (folded.length > 2) {
            words(folded, sink);
            for (int n : IN_A_ROW) {
                inARow(folded, n, sink);
            }
        }
    }

    /** What tells a language beyond that: three characters in a row, and of each beyond ASCII its page of 128: what script it is of. */
    public static void signs(String text, IntConsumer sink) {
        char[] folded = folded(text);
        if (folded.length > 2) {
            inARow(folded, 3, sink);
        }
        for (int i = 0; i < Math.min(text.length(), LOOKED_AT); i++) {
            if (text.charAt(i) > 127) {
                sink.accept(mixed(PRIME * (text.charAt(i) >> 7)));
            }
        }
    }

    private static void inARow(char[] folded, int n, IntConsumer sink) {
        for (int from = 0; from + n <= folded.length; from++) {
            sink.accept(hash(folded, from, from + n));
        }
    }

    /** One space before, between and after. */
    private static char[] folded(String text) {
        int length = Math.min(text.length(), LOOKED_AT);
        char[] folded = new char[length + 2];
        int at = 0;
        folded[at++] = ' ';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            char plain = Character.isWhitespace(c) ? ' ' : Character.isDigit(c) ? '0' : Character.toLowerCase(c);
            if (plain != ' ' || folded[at - 1] != ' ') {
                folded[at++] = plain;
            }
        }
        if (folded[at - 1] != ' ') {
            folded[at++] = ' ';
        }
        return Arrays.copyOf(folded, at);
    }

    /** A word is a run of letters and digits, or one other character. */
    private static void words(char[] folded, IntConsumer sink) {
        int before = OFFSET;
        int from = 1;
        while (from < folded.length) {
            int to = from + 1;
            if (Character.isLetterOrDigit(folded[from])) {
                while (Character.isLetterOrDigit(folded[to])) {
                    to++;
                }
            }
            if (folded[from] != ' ') {
                int word = PRIME * hash(folded, from, to);
                sink.accept(word);
                sink.accept(mixed(31 * before + word));
                before = word;
            }
            from = to;
        }
        sink.accept(mixed(31 * before));
    }

    private static int hash(char[] chars, int from, int to) {
        int hash = OFFSET;
        for (int i = from; i < to; i++) {
            hash = (hash ^ chars[i]) * PRIME;
        }
        return mixed(hash);
    }

    private static int mixed(int hash) {
        int high = (hash ^ hash >>> 16) * 0x7feb352d;
        return high ^ high >>> 15;
    }
}
