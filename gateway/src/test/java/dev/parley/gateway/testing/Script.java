package dev.parley.gateway.testing;

import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** What {@link MockUpstream} does for one request, byte by byte: heads, pieces, waits, and the ways a connection can end. Immutable. */
public final class Script {
    private final List<Step> steps;

    private Script(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    List<Step> steps() {
        return steps;
    }

    /** One thing done. */
    sealed interface Step {
        @SuppressWarnings("ArrayRecordComponent")
        record Send(byte[] bytes) implements Step {}

        record Await(Future<?> until) implements Step {}

        record Pause(Duration length) implements Step {}

        /** Closes in order: the peer reads an end. */
        record Close() implements Step {}

        /** Closes with a reset. */
        record Reset() implements Step {}

        /** Does nothing more until the peer closes. */
        record Hold() implements Step {}
    }

    /** Nothing yet. */
    public static Script begin() {
        return new Script(List.of());
    }

    /** A whole answer with its length. */
    public static Script answer(int status, String contentType, String body, String... headers) {
        return answer(status, contentType, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public static Script answer(int status, String contentType, byte[] body, String... headers) {
        StringBuilder head = head(status, contentType, headers);
        head.append("content-length: ").append(body.length).append("\r\n\r\n");
        return begin().raw(head.toString()).raw(body);
    }

    /** The JSON answer 200. */
    public static Script json(String body) {
        return answer(200, "application/json", body);
    }

    /** The head of an event stream; pieces follow with {@link #chunk}, the end with {@link #end}. */
    public static Script stream(String... headers) {
        return chunked(200, "text/event-stream", headers);
    }

    public static Script chunked(int status, String contentType, String... headers) {
        StringBuilder head = head(status, contentType, headers);
        return begin().raw(head.append("transfer-encoding: chunked\r\n\r\n").toString());
    }

    /** A whole event stream in one chunk per event; the events without {@code data: } and blank lines. */
    public static Script events(String... data) {
        Script script = stream();
        for (String event : data) {
            script = script.chunk("data: " + event + "\n\n");
        }
        return script.end();
    }

    public static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static StringBuilder head(int status, String contentType, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Scripted\r\n");
        head.append("content-type: ").append(contentType).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head;
    }

    public Script raw(String bytes) {
        return raw(bytes.getBytes(StandardCharsets.UTF_8));
    }

    public Script raw(byte[] bytes) {
        return with(new Step.Send(bytes.clone()));
    }

    public Script chunk(String text) {
        return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    public Script chunk(byte[] bytes) {
        byte[] size = (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[size.length + bytes.length + 2];
        System.arraycopy(size, 0, all, 0, size.length);
        System.arraycopy(bytes, 0, all, size.length, bytes.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        return raw(all);
    }

    /** Ends a chunked body. */
    public Script end() {
        return raw("0\r\n\r\n");
    }

    /** Waits until the test says so. */
    public Script await(Future<?> until) {
        return with(new Step.Await(until));
    }

    /** Goes on as the other does. */
    public Script then(Script other) {
        List<Step> more = new ArrayList<>(steps);
        more.addAll(other.steps);
        return new Script(more);
    }

    public Script pause(Duration length) {
        return with(new Step.Pause(length));
    }

    public Script close() {
        return with(new Step.Close());
    }

    public Script reset() {
        return with(new Step.Reset());
    }

    public Script hold() {
        return with(new Step.Hold());
    }

    private Script with(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Script(more);
    }
}
