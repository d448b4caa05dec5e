package dev.parley.chat.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Moves over the bytes inside a JSON string, eight at a time (SWAR). */
final class StringBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private StringBytes() {}

    /** The first position from {@code at} on that is a quote, a backslash, a control character, not ASCII, or the end. */
    static int plain(byte[] bytes, int at, int end) {
        int i = at;
        while (i + Long.BYTES <= end) {
            long word = (long) LONGS.get(bytes, i);
            long special = word | zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES) | ((word - SPACES) & ~word);
            if ((special & HIGH) != 0) {
                return i + (Long.numberOfTrailingZeros(special & HIGH) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < end && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    /** How many bytes are continuations of UTF-8, {@code 10xxxxxx}. */
    static int continuations(byte[] bytes, int at, int end) {
        int count = 0;
        int i = at;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            count += Long.bitCount(word & ~(word << 1) & HIGH);
        }
        for (; i < end; i++) {
            count += (bytes[i] & 0xC0) == 0x80 ? 1 : 0;
        }
        return count;
    }

    /** High bit of each zero byte set; exact up to and with the lowest one (Hacker's Delight, 6-1). */
    private static long zeros(long word) {
        return (word - ONES) & ~word;
    }

    /**
     * Behind the UTF-8 sequence at {@code at}; negative if it is invalid (RFC 3629: no overlong forms, no surrogates, nothing above
     * U+10FFFF).
     */
    static int multibyte(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || at + length > end) {
            return -1;
        }
        int second = bytes[at + 1] & 0xFF;
        boolean valid = second >= lowest(lead) && second <= highest(lead);
        for (int i = at + 2; i < at + length; i++) {
            valid &= (bytes[i] & 0xC0) == 0x80;
        }
        return valid ? at + length : -1;
    }

    private static int lowest(int lead) {
        return lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    }

    private static int highest(int lead) {
        return lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    }
}
