package dev.parley.gateway.http;

import dev.parley.chat.Protocol;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Headers of one reply. */
final class ResponseHead {
    private static final CharSequence X_REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("request-id");
    private static final CharSequence PROCESSING = HttpHeaders.createOptimized("openai-processing-ms");
    private static final CharSequence ACCEL_BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
    private static final String ANY = "*";

    /** Names of nearly every reply, encoded once. */
    private static final Map<String, CharSequence> NAMES = Stream.of(
                    "x-gateway-decision-id",
                    "x-gateway-model",
                    "x-gateway-backend",
                    "x-gateway-router",
                    "x-gateway-policy",
                    "x-gateway-attempts",
                    "x-gateway-overhead-ms",
                    "x-gateway-score",
                    "x-gateway-cost-usd")
            .collect(Collectors.toUnmodifiableMap(Function.identity(), HttpHeaders::createOptimized));

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Protocol shape;
    private final String id;

    ResponseHead(HttpServerRequest request, Protocol shape, String id) {
        this.request = request;
        this.response = request.response();
        this.shape = shape;
        this.id = id;
    }

    /** All headers that do not depend on the body. */
    void write(Map<String, String> headers, String contentType, long millis) {
        MultiMap out = response.headers();
        headers.forEach((name, value) -> out.add(NAMES.getOrDefault(name, name), value));
        out.set(HttpHeaders.CONTENT_TYPE, contentType);
        switch (shape) {
            case ANTHROPIC_MESSAGES -> out.set(REQUEST_ID, id);
            case OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_COMPLETIONS -> {
                out.set(X_REQUEST_ID, id);
                out.set(PROCESSING, Long.toString(millis));
            }
            case OLLAMA_CHAT, OLLAMA_GENERATE -> out.set(X_REQUEST_ID, id);
        }
        if (request.headers().contains(HttpHeaders.ORIGIN)) {
            out.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
            out.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
        }
    }

    void stream() {
        response.headers().set(HttpHeaders.CACHE_CONTROL, NO_CACHE);
        response.headers().set(ACCEL_BUFFERING, NO);
        if (request.version() == HttpVersion.HTTP_1_0) {
            closing();
        }
    }

    /** HEAD has the length of what GET would bring; otherwise Vert.x writes it. */
    void length(int bytes) {
        if (HttpMethod.HEAD.equals(request.method())) {
            response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes));
        }
    }

    void closing() {
        if (request.version() != HttpVersion.HTTP_2) {
            response.headers().set(HttpHeaders.CONNECTION, CLOSE);
        }
    }
}
