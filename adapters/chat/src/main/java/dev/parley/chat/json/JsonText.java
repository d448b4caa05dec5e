package dev.parley.chat.json;

import java.nio.charset.StandardCharsets;

/** JSON strings: from and to their quoted form. */
public final class JsonText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

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
        StringBuilder out = new StringBuilder(text.length() + 16);
        quote(text, out);
        return out.toString();
    }

    static void quote(String text, StringBuilder out) {
        out.append('"');
        int done = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            out.append(text, done, i);
            escape(c, out);
            done = i + 1;
        }
        if (done == 0) {
            // The usual case; a range of a String would be copied character by character.
            out.append(text).append('"');
        } else {
            out.append(text, done, text.length()).append('"');
        }
    }

    private static void escape(char c, StringBuilder out) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            default ->
                out.append("\\u")
                        .append(HEX[c >> 12])
                        .append(HEX[c >> 8 & 15])
                        .append(HEX[c >> 4 & 15])
                        .append(HEX[c & 15]);
        }
    }
}
