package dev.parley.gateway.record;

import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of decisions: {@code dec_}, 12 hexadecimal digits of Unix time in milliseconds, 16 random ones. They sort by time, are unique
 * over nodes, and say where in the log to look.
 */
public final class DecisionId {
    private static final String PREFIX = "dec_";
    private static final int TIME_DIGITS = 12;
    private static final int DIGITS = TIME_DIGITS + 16;

    private DecisionId() {}

    /** A new one for a request that came now. */
    public static String at(Instant now) {
        HexFormat hex = HexFormat.of();
        return PREFIX
                + hex.toHexDigits(now.toEpochMilli(), TIME_DIGITS)
                + hex.toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** Whether it can only be a decision's id, no answer's. */
    static boolean isOne(String id) {
        return id.startsWith(PREFIX);
    }

    /** The id itself if it is a decision's, else the decision's that ends like it: the ids of answers that are ours ({@code chatcmpl-...}, {@code msg_...}) do. */
    static String ending(String id) {
        return isOne(id) ? id : PREFIX + id.substring(Math.max(0, id.length() - DIGITS));
    }

    /** Whether it was made by {@link #at} for a request of that time, so that its random part is all there is to keep of it. */
    static boolean isOf(String id, Instant time) {
        return id.length() == PREFIX.length() + DIGITS && micros(id) == time.toEpochMilli() * 1000 && written(id);
    }

    /** Whether its digits are as we write them, in lower case. */
    private static boolean written(String id) {
        for (int i = PREFIX.length(); i < id.length(); i++) {
            char c = id.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The 64 random bits of an id that {@link #isOf} some time. */
    static long random(String id) {
        return HexFormat.fromHexDigitsToLong(id, PREFIX.length() + TIME_DIGITS, id.length());
    }

    /** Its time in microseconds since the epoch; negative if the text is no decision's id. */
    static long micros(String id) {
        int end = PREFIX.length() + TIME_DIGITS;
        if (!id.startsWith(PREFIX) || id.length() <= end) {
            return -1;
        }
        for (int i = PREFIX.length(); i < end; i++) {
            if (!HexFormat.isHexDigit(id.charAt(i))) {
                return -1;
            }
        }
        return HexFormat.fromHexDigitsToLong(id, PREFIX.length(), end) * 1000;
    }
}
