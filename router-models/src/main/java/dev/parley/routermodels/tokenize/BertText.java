package dev.parley.routermodels.tokenize;

import java.text.Normalizer;

/**
 * The character rules of BERT's uncased normaliser and pre-tokenizer. Source: BertNormalizer and BertPreTokenizer of Hugging
 * Face tokenizers, held to them by golden ids in the tests.
 */
final class BertText {
    private static final int REPLACEMENT = 0xFFFD;

    private BertText() {}

    /** Dropped before anything else: NUL, the replacement character, and the Unicode "other" categories but tab and line ends. */
    static boolean dropped(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> c == REPLACEMENT;
        };
    }

    /** Unicode White_Space. */
    static boolean white(int c) {
        return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || Character.isSpaceChar(c);
    }

    /** Each is a word of its own. Hangul and kana are not among them. */
    static boolean ideograph(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2B81F)
                || (c >= 0x2B920 && c <= 0x2CEAF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }

    /** Each is a word of its own: ASCII symbols and Unicode punctuation. */
    static boolean punctuation(int c) {
        if (c < 128) {
            return c > ' ' && c != 127 && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** Cleaned, ideographs set apart, accents stripped, lower case; white space is {@code ' '}. */
    static String normalise(String text) {
        StringBuilder clean = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            appendClean(clean, c);
        }
        String decomposed = Normalizer.normalize(clean, Normalizer.Form.NFD);
        StringBuilder lower = new StringBuilder(decomposed.length());
        for (int i = 0; i < decomposed.length(); ) {
            int c = decomposed.codePointAt(i);
            i += Character.charCount(c);
            if (Character.getType(c) != Character.NON_SPACING_MARK) {
                appendLower(lower, c);
            }
        }
        return lower.toString();
    }

    private static void appendClean(StringBuilder out, int c) {
        if (dropped(c)) {
            return;
        }
        if (white(c)) {
            out.append(' ');
        } else if (ideograph(c)) {
            out.append(' ').appendCodePoint(c).append(' ');
        } else {
            out.appendCodePoint(c);
        }
    }

    private static void appendLower(StringBuilder out, int c) {
        if (c == 0x130) { // the one letter whose lower case is two characters
            out.append("i\u0307");
        } else {
            out.appendCodePoint(Character.toLowerCase(c));
        }
    }
}
