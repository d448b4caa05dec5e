package dev.parley.chat.backend;

import dev.parley.chat.ChatFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Reads a whole answer of a backend that should be small. */
public final class BoundedBody {
    private BoundedBody() {}

    /**
     * Reads to the end; fails with {@link ChatFailure} UPSTREAM_FAILED if the answer is cut or longer than {@code maxBytes}, in which
     * case the call is reset.
     */
    public static Future<Buffer> read(HttpClientResponse response, long maxBytes) {
        Promise<Buffer> promise = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(fault -> promise.tryFail(UpstreamFaults.of("", fault)));
        response.endHandler(v -> promise.tryComplete(body));
        response.handler(bytes -> {
            if (body.length() + (long) bytes.length() <= maxBytes) {
                body.appendBuffer(bytes);
            } else if (promise.tryFail(ChatFailure.of(
                    ChatFailure.Kind.UPSTREAM_FAILED, "the backend's answer is longer than " + maxBytes + " bytes"))) {
                response.request().reset();
            }
        });
        response.resume();
        return promise.future();
    }
}
