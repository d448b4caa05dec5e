package dev.parley.moe.engine.constrain;

/**
 * Where one is in an escape within a JSON string (RFC 8259, section 7), as a number: 0 outside, 1 after the backslash, else hexadecimal
 * digits that are due. Escaped surrogates are not let in: half of them mean nothing, and the characters can be written as they are.
 */
final class Strings {
    static final int NONE = 0;
    static final int BEGUN = 1;
    static final int WRONG = -1;
    private static final int FOUR_DIGITS = 14;
    private static final int AFTER_D = 23; // three digits, of which the first must not make a surrogate

    private Strings() {}

    /** After a byte within an escape. */
    static int next(int escape, int b) {
        if (escape == BEGUN) {
            return b == 'u' ? FOUR_DIGITS : "\"\\/bfnrt".indexOf(b) >= 0 ? NONE : WRONG;
        }
        if (Character.digit(b, 16) < 0 || (escape == AFTER_D && b > '7')) {
            return WRONG;
        }
        if (escape == FOUR_DIGITS && (b == 'd' || b == 'D')) {
            return AFTER_D;
        }
        int left = escape % 10 - 1;
        return left == 0 ? NONE : 10 + left;
    }
}
