package dev.parley.chat.sse;

import dev.parley.chat.backend.HeapBuffers;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Piles up frames in our one dialect: {@code data: <one line>} and an empty line, LF only. Not thread-safe. */
public final class SseWriter {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEARTBEAT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    public SseWriter() {
        this(512);
    }

    /**
     * @param capacity expected bytes
     */
    public SseWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** One unnamed frame around one-line JSON. */
    public static Buffer frame(byte[] json) {
        return new SseWriter(json.length + 8).data(json).take();
    }

    /** One named frame around one-line JSON. */
    public static Buffer frame(String event, byte[] json) {
        return new SseWriter(json.length + event.length() + 16)
                .event(event)
                .data(json)
                .take();
    }

    public SseWriter data(byte[] json) {
        return open().add(json, 0, json.length).close();
    }

    /** The {@code event} line of the frame that {@link #data} or {@link #open} goes on with. */
    public SseWriter event(String name) {
        byte[] line = ("event: " + name + "\n").getBytes(StandardCharsets.UTF_8);
        return add(line, 0, line.length);
    }

    /** Begins a data line, which {@link #add} goes on with. */
    public SseWriter open() {
        return add(DATA, 0, DATA.length);
    }

    /** Adds to the open data line. */
    public SseWriter add(byte[] from, int start, int end) {
        int size = end - start;
        if (length + size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + size));
        }
        System.arraycopy(from, start, bytes, length, size);
        length += size;
        return this;
    }

    /** Ends the frame. */
    public SseWriter close() {
        return add(END, 0, END.length);
    }

    /** The end mark of OpenAI's streams. */
    public SseWriter done() {
        return add(DONE, 0, DONE.length);
    }

    /** A comment that clients ignore. */
    public SseWriter heartbeat() {
        return add(HEARTBEAT, 0, HEARTBEAT.length);
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** All frames piled up since the last call. */
    public Buffer take() {
        Buffer all = HeapBuffers.of(Arrays.copyOf(bytes, length));
        length = 0;
        return all;
    }
}
