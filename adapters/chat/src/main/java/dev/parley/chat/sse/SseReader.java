package dev.parley.chat.sse;

import dev.parley.chat.ChatFailure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads server-sent events from bytes cut anywhere, as the WHATWG HTML standard, 9.2.6, says: lines end in LF, CRLF or CR; one space
 * behind the colon is dropped; {@code data} lines of an event are joined by a line break; {@code id}, {@code retry} and unknown fields
 * are ignored; a byte-order mark at the start is skipped. Beyond the standard, {@link #end} also gives a last event that lacks its
 * blank line, because backends forget it. Not thread-safe.
 */
public final class SseReader {
    /** A larger event is a fault: nothing honest needs it, and it would grow without bound. */
    public static final int MAX_EVENT_BYTES = 8 << 20;

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Sink sink;
    /** Of a line whose end has not come. */
    private final Pile line = new Pile();
    /** The second and later data lines of an event, with the first: used only when there is more than one. */
    private final Pile data = new Pile();

    private String name = "";
    private byte[] oneLine = {};
    private int oneStart;
    private int oneEnd;
    private int dataLines;
    private boolean skipLineFeed;
    private boolean begun;

    /** Takes what was read. */
    public interface Sink {
        /**
         * One event with data.
         *
         * @param name its {@code event} field, or empty
         * @param bytes hold the data in {@code [start, end)}; valid during the call only
         */
        void event(String name, byte[] bytes, int start, int end);

        /** A comment line, e.g. a heartbeat. */
        default void comment() {}
    }

    public SseReader(Sink sink) {
        this.sink = sink;
    }

    /** Reads on; events that became whole go to the sink at once. Throws {@link ChatFailure} UPSTREAM_FAILED for a huge event. */
    public void feed(byte[] read) {
        int at = 0;
        while (at < read.length) {
            if (skipLineFeed) {
                skipLineFeed = false;
                at += read[at] == '\n' ? 1 : 0;
                continue;
            }
            int stop = lineEnd(read, at);
            if (stop == read.length) {
                line.add(read, at, stop);
                limit();
                break;
            }
            skipLineFeed = read[stop] == '\r';
            take(read, at, stop);
            at = stop + 1;
        }
        keepOneLine(read);
    }

    /** The connection ended: gives an event that lacks its blank line. */
    public void end() {
        if (line.length > 0) {
            takePiled();
        }
        dispatch();
    }

    private void take(byte[] read, int start, int stop) {
        if (line.length == 0) {
            line(read, start, stop);
        } else {
            line.add(read, start, stop);
            takePiled();
        }
    }

    private void takePiled() {
        byte[] whole = Arrays.copyOf(line.bytes, line.length);
        line.length = 0;
        line(whole, 0, whole.length);
    }

    private void line(byte[] bytes, int from, int stop) {
        int start = begun || !startsWith(bytes, from, stop, BYTE_ORDER_MARK) ? from : from + BYTE_ORDER_MARK.length;
        begun = true;
        if (start == stop) {
            dispatch();
            return;
        }
        if (bytes[start] == ':') {
            sink.comment();
            return;
        }
        int colon = start;
        while (colon < stop && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, stop);
        value += value < stop && bytes[value] == ' ' ? 1 : 0;
        if (Arrays.equals(bytes, start, colon, DATA, 0, DATA.length)) {
            addData(bytes, value, stop);
        } else if (Arrays.equals(bytes, start, colon, EVENT, 0, EVENT.length)) {
            name = new String(bytes, value, stop - value, StandardCharsets.UTF_8);
        }
    }

    private static boolean startsWith(byte[] bytes, int start, int stop, byte[] prefix) {
        return stop - start >= prefix.length
                && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
    }

    private void addData(byte[] bytes, int start, int stop) {
        if (dataLines == 0) {
            oneLine = bytes;
            oneStart = start;
            oneEnd = stop;
        } else {
            if (dataLines == 1) {
                data.length = 0;
                data.add(oneLine, oneStart, oneEnd);
            }
            data.add((byte) '\n');
            data.add(bytes, start, stop);
            limit();
        }
        dataLines++;
    }

    /** A lone data line still points into {@code read}, which the caller may reuse: copy it. */
    @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
    private void keepOneLine(byte[] read) {
        if (dataLines == 1 && oneLine == read) {
            oneLine = Arrays.copyOfRange(read, oneStart, oneEnd);
            oneEnd -= oneStart;
            oneStart = 0;
        }
    }

    private void dispatch() {
        int lines = dataLines;
        String event = name;
        dataLines = 0;
        name = "";
        if (lines == 1) {
            sink.event(event, oneLine, oneStart, oneEnd);
        } else if (lines > 1) {
            sink.event(event, data.bytes, 0, data.length);
            data.length = 0;
        }
    }

    private void limit() {
        if (line.length + data.length > MAX_EVENT_BYTES) {
            throw ChatFailure.of(
                    ChatFailure.Kind.UPSTREAM_FAILED,
                    "The backend sent a stream event larger than " + (MAX_EVENT_BYTES >> 20) + " MiB.");
        }
    }

    private static int lineEnd(byte[] bytes, int from) {
        int i = from;
        while (i < bytes.length && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    /** Bytes that grow. */
    private static final class Pile {
        byte[] bytes = new byte[256];
        int length;

        void add(byte[] from, int start, int stop) {
            grow(stop - start);
            System.arraycopy(from, start, bytes, length, stop - start);
            length += stop - start;
        }

        void add(byte b) {
            grow(1);
            bytes[length++] = b;
        }

        private void grow(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
        }
    }
}
