package dev.parley.gateway.pipeline.ask;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** The key a client presents, on every route either way (wire-contract section 2). */
public final class Credentials {
    private static final CharSequence X_API_KEY = HttpHeaders.createOptimized("x-api-key");

    private Credentials() {}

    /** Empty if none. */
    public static String presented(MultiMap headers) {
        String bearer = headers.get(HttpHeaders.AUTHORIZATION);
        if (bearer != null && bearer.regionMatches(true, 0, "bearer ", 0, 7)) {
            return bearer.substring(7).strip();
        }
        String key = headers.get(X_API_KEY);
        return key == null ? "" : key.strip();
    }
}
