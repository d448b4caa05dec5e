package dev.parley.gateway.pipeline.ask;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Amounts of money as clients write them. Stateless. */
final class Amount {
    /** An exponent of nine digits is a number of as many: no arithmetic before its length is known. */
    private static final Pattern PLAIN = Pattern.compile("[0-9]{0,18}(\\.[0-9]{0,40})?([eE][+-]?[0-9]{1,2})?");

    private Amount() {}

    /** The amount times ten to that power, rounded down; the largest there is if it is more. Empty if the text is no amount of 0 or more. */
    static OptionalLong scaled(String text, int power) {
        if (text.isEmpty()
                || !Character.isDigit(text.charAt(0))
                || !PLAIN.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        BigDecimal scaled = new BigDecimal(text).movePointRight(power).setScale(0, RoundingMode.FLOOR);
        return OptionalLong.of(scaled.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact());
    }
}
