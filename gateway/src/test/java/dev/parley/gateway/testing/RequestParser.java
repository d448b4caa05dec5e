package dev.parley.gateway.testing;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cuts a connection's bytes into requests. Knows Content-Length and chunked bodies, nothing else. */
final class RequestParser {
    private final int connection;
    private Buffer unread = Buffer.buffer();

    RequestParser(int connection) {
        this.connection = connection;
    }

    void feed(Buffer bytes) {
        unread.appendBuffer(bytes);
    }

    /** The next whole request; null if there is none yet. */
    @Nullable
    Received poll() {
        String text = unread.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return null;
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).trim());
        }
        String[] first = lines[0].split(" ", -1);
        return "chunked".equals(headers.get("transfer-encoding"))
                ? chunked(first, headers, text, end + 4)
                : counted(first, headers, end + 4);
    }

    private @Nullable Received counted(String[] first, Map<String, String> headers, int start) {
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        if (unread.length() < start + length) {
            return null;
        }
        byte[] body = unread.getBytes(start, start + length);
        unread = unread.getBuffer(start + length, unread.length()).copy();
        return new Received(first[0], first[1], headers, body, connection);
    }

    private @Nullable Received chunked(String[] first, Map<String, String> headers, String text, int start) {
        Buffer body = Buffer.buffer();
        int at = start;
        while (true) {
            int line = text.indexOf("\r\n", at);
            if (line < 0) {
                return null;
            }
            int size = Integer.parseInt(text.substring(at, line), 16);
            int next = line + 2 + size + 2;
            if (unread.length() < next) {
                return null;
            }
            body.appendBytes(unread.getBytes(line + 2, line + 2 + size));
            at = next;
            if (size == 0) {
                unread = unread.getBuffer(at, unread.length()).copy();
                return new Received(first[0], first[1], headers, body.getBytes(), connection);
            }
        }
    }
}
