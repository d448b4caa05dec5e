package dev.parley.chat.json;

import java.nio.charset.StandardCharsets;

/** JSON strings: from and to their quoted form. */
public final class JsonText {
    private JsonText() {}

    /** The text of the valid JSON string in {@code bytes[start, end)}, quotes included in the range. */
    public static String unquote(byte[] bytes, int start, int end) {
        for (int i = start + 1; i < end - 1; i++) {
            if (bytes[i] == '\\') {
                return unescape(new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8));
            }
        }
        return new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
    }

    /** Characters of UTF-8 text: bytes but for the continuations. */
    public static int chars(byte[] bytes, int start, int end) {
        return end - start - StringBytes.continuations(bytes, start, end);
    }

    private static String unescape(String inner) {
        StringBuilder text = new StringBuilder(inner.length());
        int i = 0;
        while (i < inner.length()) {
            int escape = inner.indexOf('\\', i);
            if (escape < 0) {
                return text.append(inner, i, inner.length()).toString();
            }
            text.append(inner, i, escape);
            char c = inner.charAt(escape + 1);
            if (c == 'u') {
                text.append((char) Integer.parseInt(inner, escape + 2, escape + 6, 16));
                i = escape + 6;
            } else {
                text.append(plain(c));
                i = escape + 2;
            }
        }
        return text.toString();
    }

    private static char plain(char escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }

    /** The text as a JSON string with its quotes. Half surrogate pairs stay escaped, since UTF-8 cannot hold them. */
    public static String quote(String text) {
        JsonBytes out = new JsonBytes(text.length() + 2);
        out.quoted(text);
        return out.toString();
    }
}
