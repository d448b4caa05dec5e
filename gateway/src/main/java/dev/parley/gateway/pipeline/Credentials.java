package dev.parley.gateway.pipeline;

import io.vertx.core.MultiMap;

/** The key a client presents, on every route either way (wire-contract section 2). */
final class Credentials {
    private Credentials() {}

    /** Empty if none. */
    static String presented(MultiMap headers) {
        String bearer = headers.get("authorization");
        if (bearer != null && bearer.regionMatches(true, 0, "bearer ", 0, 7)) {
            return bearer.substring(7).strip();
        }
        String key = headers.get("x-api-key");
        return key == null ? "" : key.strip();
    }
}
