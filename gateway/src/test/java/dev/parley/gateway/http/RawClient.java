package dev.parley.gateway.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A client on a bare socket: sends exact bytes and sees exact ends. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final BufferedInputStream in;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** @param complete false if the connection ended before the body did */
    public record Answer(int status, Map<String, String> headers, String body, boolean complete) {
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    public static String post(String path, String body, String... headers) {
        StringBuilder text = new StringBuilder("POST ").append(path).append(" HTTP/1.1\r\nhost: test\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return text.append("content-length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n\r\n")
                .append(body)
                .toString();
    }

    public RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads one answer; throws {@link EOFException} if the connection ends before its head. */
    public Answer read() throws IOException {
        String first = line();
        int status = Integer.parseInt(first.split(" ", -1)[1]);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        if (status == 100 || status == 204) {
            return new Answer(status, headers, "", true);
        }
        if (headers.containsKey("content-length")) {
            byte[] body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
            return new Answer(status, headers, new String(body, StandardCharsets.UTF_8), true);
        }
        return chunked(status, headers);
    }

    private Answer chunked(int status, Map<String, String> headers) throws IOException {
        StringBuilder body = new StringBuilder();
        try {
            for (String piece = chunk(); !piece.isEmpty(); piece = chunk()) {
                body.append(piece);
            }
            return new Answer(status, headers, body.toString(), true);
        } catch (EOFException e) {
            return new Answer(status, headers, body.toString(), false);
        }
    }

    /** Reads one chunk as text; empty at the end of the body. */
    String chunk() throws IOException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** Reads one chunk; empty at the end of the body. */
    byte[] bytes() throws IOException {
        byte[] bytes = in.readNBytes(Integer.parseInt(line(), 16));
        line();
        return bytes;
    }

    /** Reads the head of a streamed answer. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException(line.toString());
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Whether the other side has closed, or does within the patience. */
    public boolean closedByPeer() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
