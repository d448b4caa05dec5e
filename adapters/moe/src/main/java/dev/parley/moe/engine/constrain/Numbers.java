package dev.parley.moe.engine.constrain;

import org.jspecify.annotations.Nullable;

/** Where one is in a JSON number (RFC 8259, section 6). */
enum Numbers {
    SIGN(false),
    ZERO(true),
    WHOLE(true),
    POINT(false),
    FRACTION(true),
    E(false),
    E_SIGN(false),
    EXPONENT(true);

    /** Whether the number may end here. */
    final boolean whole;

    Numbers(boolean whole) {
        this.whole = whole;
    }

    /** The first byte; null if a number does not begin so. */
    static @Nullable Numbers first(int b) {
        return b == '-' ? SIGN : b == '0' ? ZERO : isDigit(b) ? WHOLE : null;
    }

    /** A further byte; null if it does not belong to the number. */
    @Nullable
    Numbers next(int b, boolean integer) {
        boolean digit = isDigit(b);
        boolean exponent = (b == 'e' || b == 'E') && !integer;
        return switch (this) {
            case SIGN -> b == '0' ? ZERO : digit ? WHOLE : null;
            case ZERO -> b == '.' && !integer ? POINT : exponent ? E : null;
            case WHOLE -> digit ? WHOLE : b == '.' && !integer ? POINT : exponent ? E : null;
            case POINT -> digit ? FRACTION : null;
            case FRACTION -> digit ? FRACTION : exponent ? E : null;
            case E -> digit ? EXPONENT : b == '+' || b == '-' ? E_SIGN : null;
            case E_SIGN -> digit ? EXPONENT : null;
            case EXPONENT -> digit ? EXPONENT : null;
        };
    }

    /** How many digits in a row are let in, so that numbers come to an end and can be read as a long or double. */
    int most() {
        return this == EXPONENT ? 2 : 17;
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }
}
