package dev.parley.gateway.pipeline.front;

import dev.parley.chat.ChatFailure;
import io.vertx.core.Future;

/** One request on its way. The transport calls each of the lower four at most once, on the request's event loop. */
public interface Exchange {
    /** What to send; never fails: failures are replies too. */
    Future<Reply> reply();

    /** The first byte of the body is on its way to the client. */
    void firstByteSent();

    /** The whole reply is sent. */
    void sent();

    /** The reply broke off after its first byte; the client has been told. */
    void broke(ChatFailure failure);

    /** The client closed the connection: cancel all work for it. */
    void clientGone();
}
