package dev.parley.gateway.pipeline;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as headers show them: plain decimals. */
final class Money {
    private Money() {}

    /** Nano-USD as USD, e.g. {@code 0.000000012}. */
    static String usd(long nanoUsd) {
        BigDecimal usd = BigDecimal.valueOf(nanoUsd, 9).stripTrailingZeros();
        return usd.signum() == 0 ? "0" : usd.toPlainString();
    }

    /** Nanoseconds as milliseconds with three decimals. */
    static String millis(long nanos) {
        long micros = (Math.max(0, nanos) + 500) / 1000;
        String fraction = Long.toString(1000 + micros % 1000);
        return micros / 1000 + "." + fraction.substring(1);
    }

    static String decimals(double value, int places) {
        return BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_UP).toPlainString();
    }
}
