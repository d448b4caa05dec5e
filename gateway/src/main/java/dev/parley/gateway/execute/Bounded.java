package dev.parley.gateway.execute;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Reads a response's body up to a limit; what is beyond is not read. */
final class Bounded {
    private Bounded() {}

    static Future<Buffer> body(HttpClientResponse response, int limit) {
        Promise<Buffer> done = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(piece -> {
            body.appendBuffer(piece);
            if (body.length() > limit && done.tryComplete(body.slice(0, limit))) {
                response.request().reset();
            }
        });
        response.endHandler(v -> done.tryComplete(body));
        response.exceptionHandler(error -> done.tryComplete(body));
        response.resume();
        return done.future();
    }
}
