package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import java.util.Arrays;

/** Cuts bytes, however they come, into lines; blank ones are skipped. Not thread-safe. */
final class LineReader {
    /** A longer line is a fault: nothing honest needs it, and it would grow without bound. */
    private static final int MAX_LINE_BYTES = 8 << 20;

    /** Takes one line, without its end; valid during the call only. */
    interface Sink {
        void line(byte[] bytes, int start, int end);
    }

    private final Sink sink;
    private byte[] rest = {};
    private int restLength;

    LineReader(Sink sink) {
        this.sink = sink;
    }

    void feed(byte[] read) {
        int from = 0;
        for (int i = 0; i < read.length; i++) {
            if (read[i] == '\n') {
                take(read, from, i);
                from = i + 1;
            }
        }
        keep(read, from, read.length);
    }

    /** No more bytes: the last line may lack its end. */
    void end() {
        take(new byte[0], 0, 0);
    }

    private void take(byte[] read, int from, int to) {
        if (restLength == 0) {
            emit(read, from, to);
            return;
        }
        keep(read, from, to);
        int length = restLength;
        restLength = 0;
        emit(rest, 0, length);
    }

    private void emit(byte[] bytes, int from, int to) {
        int end = to;
        while (end > from && bytes[end - 1] <= ' ' && bytes[end - 1] >= 0) {
            end--;
        }
        if (end > from) {
            sink.line(bytes, from, end);
        }
    }

    private void keep(byte[] read, int from, int to) {
        int length = restLength + to - from;
        if (length > MAX_LINE_BYTES) {
            throw ChatFailure.of(
                    ChatFailure.Kind.UPSTREAM_FAILED,
                    "The backend sent a line longer than " + (MAX_LINE_BYTES >> 20) + " MiB.");
        }
        if (length > rest.length) {
            rest = Arrays.copyOf(rest, Math.max(length, rest.length * 2));
        }
        System.arraycopy(read, from, rest, restLength, to - from);
        restLength = length;
    }
}
