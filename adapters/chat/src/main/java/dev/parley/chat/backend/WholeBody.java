package dev.parley.chat.backend;

import dev.parley.chat.ChatFailure;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Collects an answer that is one document. What comes in one piece, as almost all do, is not copied. Not thread-safe. */
public final class WholeBody {
    /** What a tap passes on while it collects. Empty, and never written to. */
    public static final Buffer NOTHING = Buffer.buffer();

    /** No answer of text comes near; a backend gone mad must not fill the memory. */
    static final int MAX_BYTES = 64 << 20;

    private byte[] bytes = {};
    private int length;

    /** Throws {@link ChatFailure} UPSTREAM_FAILED if the answer gets too large. */
    public void add(Buffer piece) {
        int more = piece.length();
        if (length + (long) more > MAX_BYTES) {
            throw ChatFailure.of(
                    ChatFailure.Kind.UPSTREAM_FAILED,
                    "The backend's answer is larger than " + (MAX_BYTES >> 20) + " MiB.");
        }
        if (length == 0) {
            bytes = HeapBuffers.bytes(piece);
        } else {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
            }
            piece.getBytes(bytes, length);
        }
        length += more;
    }

    /** All so far, as an array of its size, not to be changed. */
    public byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
