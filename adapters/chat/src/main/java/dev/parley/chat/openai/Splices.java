package dev.parley.chat.openai;

import dev.parley.chat.sse.SseWriter;
import java.util.Arrays;

/** Replacements within a range of bytes, noted from front to back, then written with all that lies between. Reused. */
public final class Splices {
    private static final byte[] NOTHING = {};

    private int[] from = new int[8];
    private int[] to = new int[8];
    private byte[][] with = new byte[8][];
    private int count;

    public void clear() {
        count = 0;
    }

    public void replace(int start, int end, byte[] bytes) {
        if (count == from.length) {
            from = Arrays.copyOf(from, count * 2);
            to = Arrays.copyOf(to, count * 2);
            with = Arrays.copyOf(with, count * 2);
        }
        from[count] = start;
        to[count] = end;
        with[count] = bytes;
        count++;
    }

    public void insert(int at, byte[] bytes) {
        replace(at, at, bytes);
    }

    void remove(int start, int end) {
        replace(start, end, NOTHING);
    }

    /** The edited range as an array of its own size. */
    byte[] applied(byte[] bytes, int start, int end) {
        int length = end - start;
        for (int i = 0; i < count; i++) {
            length += with[i].length - (to[i] - from[i]);
        }
        byte[] out = new byte[length];
        int at = start;
        int filled = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(bytes, at, out, filled, from[i] - at);
            filled += from[i] - at;
            System.arraycopy(with[i], 0, out, filled, with[i].length);
            filled += with[i].length;
            at = to[i];
        }
        System.arraycopy(bytes, at, out, filled, end - at);
        return out;
    }

    public void write(byte[] bytes, int start, int end, SseWriter out) {
        int at = start;
        for (int i = 0; i < count; i++) {
            out.add(bytes, at, from[i]).add(with[i], 0, with[i].length);
            at = to[i];
        }
        out.add(bytes, at, end);
    }
}
