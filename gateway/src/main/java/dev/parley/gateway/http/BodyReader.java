package dev.parley.gateway.http;

import dev.parley.chat.backend.HeapBuffers;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;

/** Reads a request's body into one array: of exactly its size if the client named it, and without a copy if it came in one piece. */
final class BodyReader {
    private static final byte[] EMPTY = new byte[0];
    private static final int FIRST_BYTES = 8 * 1024;

    private final HttpServerRequest request;
    private final long maxBytes;
    private final Outcome outcome;
    private byte[] bytes = EMPTY;
    private int filled;
    private long announced = -1;
    private boolean refused;

    /** How reading ends; exactly one method is called, once, unless the client goes away. */
    interface Outcome {
        void body(byte[] whole);

        /** The body is, or says it is, longer than allowed; the rest is discarded. */
        void tooLarge();

        /** The body cannot be read as HTTP/1.1's chunks; the connection closes after it. */
        void malformed();
    }

    private BodyReader(HttpServerRequest request, long maxBytes, Outcome outcome) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.outcome = outcome;
    }

    /** Whether the head announces a body. */
    static boolean expected(HttpServerRequest request) {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        return length == null ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : !length.equals("0");
    }

    static void read(HttpServerRequest request, long maxBytes, Outcome outcome) {
        new BodyReader(request, maxBytes, outcome).start();
    }

    private void start() {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        // Netty has refused lengths that are no number.
        announced = length == null ? -1 : Long.parseLong(length);
        if (announced > maxBytes) {
            refuse();
            return;
        }
        request.handler(this::piece);
        request.endHandler(v -> end());
        request.exceptionHandler(this::broken);
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
    }

    private void piece(Buffer piece) {
        if (refused) {
            return;
        }
        int length = piece.length();
        if (filled + (long) length > maxBytes) {
            refuse();
            return;
        }
        if (filled == 0 && length == announced) {
            bytes = HeapBuffers.bytes(piece);
        } else {
            makeRoom(length);
            piece.getBytes(bytes, filled);
        }
        filled += length;
    }

    private void makeRoom(int more) {
        if (filled == 0 && announced > 0) {
            bytes = new byte[(int) Math.max(announced, more)];
        } else if (filled + more > bytes.length) {
            long grown = Math.max(Math.max(FIRST_BYTES, 2L * bytes.length), filled + (long) more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(grown, maxBytes));
        }
    }

    private void refuse() {
        refused = true;
        bytes = EMPTY;
        outcome.tooLarge();
    }

    /** Other faults are of the connection: there is nobody to tell. */
    private void broken(Throwable fault) {
        if (!refused && (fault instanceof DecoderException || fault instanceof IllegalArgumentException)) {
            refused = true;
            bytes = EMPTY;
            outcome.malformed();
        }
    }

    private void end() {
        if (!refused) {
            outcome.body(filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled));
        }
    }
}
