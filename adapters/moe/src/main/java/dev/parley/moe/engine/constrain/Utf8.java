package dev.parley.moe.engine.constrain;

/**
 * What is due within a character's UTF-8 bytes, as a number: 0 between characters, else the least and greatest next byte and how many
 * follow it. Overlong forms, surrogates and what is beyond U+10FFFF are not let in (RFC 3629, section 4). Pure.
 */
final class Utf8 {
    static final int WRONG = -1;

    private Utf8() {}

    /** After the first byte of a character. */
    static int first(int b) {
        if (b < 0x80) {
            return 0;
        }
        return switch (b) {
            case 0xE0 -> due(0xA0, 0xBF, 1);
            case 0xED -> due(0x80, 0x9F, 1);
            case 0xF0 -> due(0x90, 0xBF, 2);
            case 0xF4 -> due(0x80, 0x8F, 2);
            default -> b >= 0xC2 && b < 0xF4 ? due(0x80, 0xBF, b < 0xE0 ? 0 : b < 0xF0 ? 1 : 2) : WRONG;
        };
    }

    /** After a further byte. */
    static int next(int due, int b) {
        if (b < (due >> 8 & 0xFF) || b > (due & 0xFF)) {
            return WRONG;
        }
        int more = due >> 16;
        return more == 0 ? 0 : due(0x80, 0xBF, more - 1);
    }

    private static int due(int least, int most, int more) {
        return more << 16 | least << 8 | most;
    }
}
