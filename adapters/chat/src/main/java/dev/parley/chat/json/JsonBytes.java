package dev.parley.chat.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of UTF-8 that JSON is written into: half the cost of a StringBuilder, whose every append is a call. Not thread-safe. */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** A character of a string takes at most six bytes, {@code \\u001f}. */
    private static final int LONGEST = 6;

    private byte[] bytes;
    private int length;

    JsonBytes(int capacity) {
        bytes = new byte[Math.max(capacity, LONGEST)];
    }

    /** The last byte written; negative if there is none, or if it belongs to a character that is not ASCII. */
    int last() {
        return length == 0 ? -1 : bytes[length - 1];
    }

    void ascii(char c) {
        room(1);
        bytes[length++] = (byte) c;
    }

    /** The text as it is. */
    void text(String text) {
        int behind = plain(text, text.length());
        if (behind < text.length()) {
            byte[] rest = text.substring(behind).getBytes(StandardCharsets.UTF_8);
            room(rest.length);
            System.arraycopy(rest, 0, bytes, length, rest.length);
            length += rest.length;
        }
    }

    /** The text as a JSON string with its quotes. Half surrogate pairs are escaped, since UTF-8 cannot hold them. */
    void quoted(String text) {
        ascii('"');
        int i = plain(text, text.length());
        while (i < text.length()) {
            int c = text.codePointAt(i);
            room(LONGEST);
            if (c < ' ' || c == '"' || c == '\\' || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                escaped(c);
            } else {
                encoded(c);
            }
            i += Character.charCount(c);
        }
        ascii('"');
    }

    /** Writes what needs neither escape nor a second byte, almost always all; returns where that ends. */
    private int plain(String text, int end) {
        room(end);
        byte[] to = bytes;
        int at = length;
        int i = 0;
        while (i < end) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                break;
            }
            to[at++] = (byte) c;
            i++;
        }
        length = at;
        return i;
    }

    private void escaped(int c) {
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            case '\b' -> bytes[length++] = 'b';
            case '\f' -> bytes[length++] = 'f';
            default -> {
                bytes[length++] = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) {
                    bytes[length++] = HEX[(c >> shift) & 15];
                }
            }
        }
    }

    private void encoded(int c) {
        if (c < 0x80) {
            bytes[length++] = (byte) c;
        } else if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | (c >> 6));
            bytes[length++] = continued(c);
        } else if (c < 0x10000) {
            bytes[length++] = (byte) (0xE0 | (c >> 12));
            bytes[length++] = continued(c >> 6);
            bytes[length++] = continued(c);
        } else {
            bytes[length++] = (byte) (0xF0 | (c >> 18));
            bytes[length++] = continued(c >> 12);
            bytes[length++] = continued(c >> 6);
            bytes[length++] = continued(c);
        }
    }

    private static byte continued(int c) {
        return (byte) (0x80 | (c & 0x3F));
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
