package dev.parley.gateway.http;

import dev.parley.chat.Protocol;
import dev.parley.gateway.pipeline.front.SideCall;

/** Where a method and path lead. */
sealed interface Route {
    /** A chat call. */
    record Chat(Protocol protocol) implements Route {}

    /**
     * Any other call.
     *
     * @param id decoded, or empty
     */
    record Side(SideCall.Kind kind, String id) implements Route {}

    /** A browser asks what it may send. */
    record Preflight() implements Route {}

    /** Somebody asks whether anybody is here: {@code /}, {@code /healthz}. */
    record Alive(String contentType, String text) implements Route {}

    /** No such path; the shape is the family's it looks like. */
    record Unknown(Protocol shape) implements Route {}

    /**
     * The path exists, but not for this method.
     *
     * @param allowed for the {@code allow} header
     */
    record WrongMethod(Protocol shape, String allowed) implements Route {}

    /** Not ours: neither {@code /v1} nor {@code /api}. */
    record Elsewhere() implements Route {}
}
