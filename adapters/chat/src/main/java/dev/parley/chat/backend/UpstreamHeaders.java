package dev.parley.chat.backend;

import dev.parley.config.BackendSpec;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers of every call of one backend, and which of a client's may go on. */
final class UpstreamHeaders {
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence IDENTITY = HttpHeaders.createOptimized("identity");
    private static final CharSequence AGENT = HttpHeaders.createOptimized("parley");
    private static final String ANTHROPIC_VERSION = "anthropic-version";
    private static final Set<String> NEVER_SENT_ON = Set.of(
            "authorization",
            "x-api-key",
            "cookie",
            "host",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "content-length",
            "content-encoding",
            "content-type",
            "accept-encoding",
            "user-agent");

    private final Map<CharSequence, CharSequence> own;

    UpstreamHeaders(BackendSpec.Http spec) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (spec.protocol() == BackendSpec.Protocol.ANTHROPIC) {
            headers.put(ANTHROPIC_VERSION, "2023-06-01");
        }
        if (spec.apiKey().isPresent()) {
            String key = spec.apiKey().reveal();
            switch (spec.protocol()) {
                case OPENAI, OLLAMA -> headers.put("authorization", "Bearer " + key);
                case ANTHROPIC -> headers.put("x-api-key", key);
            }
        }
        spec.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        Map<CharSequence, CharSequence> optimized = new LinkedHashMap<>();
        headers.forEach(
                (name, value) -> optimized.put(HttpHeaders.createOptimized(name), HttpHeaders.createOptimized(value)));
        own = optimized;
    }

    /** Writes the request's headers. Of {@code passedOn}, credentials and hop-by-hop headers are left out whoever put them there. */
    void write(HttpClientRequest request, Map<String, String> passedOn) {
        request.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        request.putHeader(HttpHeaders.ACCEPT_ENCODING, IDENTITY);
        request.putHeader(HttpHeaders.USER_AGENT, AGENT);
        own.forEach(request::putHeader);
        passedOn.forEach((name, value) -> {
            if (goesOn(name)) {
                request.putHeader(name, value);
            }
        });
    }

    static boolean goesOn(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !NEVER_SENT_ON.contains(lower) && !lower.startsWith("proxy-") && !lower.startsWith("x-stainless-");
    }
}
