package dev.parley.chat.backend;

import dev.parley.chat.ChatFailure;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Faults of the network in our words: the message names the backend by its id, never an address. */
final class UpstreamFaults {
    private UpstreamFaults() {}

    static ChatFailure of(String backend, Throwable fault) {
        if (fault instanceof ChatFailure failure) {
            return failure;
        }
        String whose = backend.isEmpty() ? "the backend" : "backend '" + backend + "'";
        return switch (fault) {
            case ConnectTimeoutException e ->
                failure(ChatFailure.Kind.UPSTREAM_TIMEOUT, whose + " did not accept a connection in time", e);
            case ConnectionPoolTooBusyException e ->
                failure(ChatFailure.Kind.OVERLOADED, "too many calls wait for " + whose, e);
            case UnknownHostException e ->
                failure(ChatFailure.Kind.UPSTREAM_FAILED, "the host of " + whose + " is unknown", e);
            case ConnectException e -> failure(ChatFailure.Kind.UPSTREAM_FAILED, "no connection to " + whose, e);
            case SSLException e -> failure(ChatFailure.Kind.UPSTREAM_FAILED, "no secure connection to " + whose, e);
            default -> failure(ChatFailure.Kind.UPSTREAM_FAILED, "the connection to " + whose + " broke", fault);
        };
    }

    static ChatFailure timeout(String backend, String late) {
        return ChatFailure.of(ChatFailure.Kind.UPSTREAM_TIMEOUT, "backend '" + backend + "' " + late);
    }

    private static ChatFailure failure(ChatFailure.Kind kind, String message, Throwable cause) {
        return ChatFailure.builder(kind, message).cause(cause).build();
    }
}
