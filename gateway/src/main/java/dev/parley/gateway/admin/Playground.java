package dev.parley.gateway.admin;

import dev.parley.graphrouter.Decision;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;

/** Trials from the console. */
public interface Playground {
    /**
     * What would be decided for a question, without calling anything; fails with a message for people.
     *
     * @param policy id, or empty for the default
     */
    Future<Routed> route(String text, String policy);

    /** Where the client side listens. */
    SocketAddress clientSide();

    /**
     * @param encoder tier that made the embedding
     * @param micros encode, predict and plan together
     */
    record Routed(Decision decision, String encoder, long micros) {}
}
