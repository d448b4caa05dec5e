package dev.parley.gateway.admin;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets the console try the client side without leaving its own origin: {@code POST /admin/try} becomes a call of
 * {@code /v1/chat/completions}, streamed through. The client's key travels as {@code x-client-key}.
 */
final class TryProxy {
    private final HttpClient client;
    private final Supplier<SocketAddress> clientSide;

    TryProxy(Vertx vertx, Supplier<SocketAddress> clientSide) {
        this.client = vertx.createHttpClient();
        this.clientSide = clientSide;
    }

    void handle(RoutingContext context) {
        SocketAddress address = clientSide.get();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(address)
                .setHost("localhost")
                .setPort(address.port())
                .setURI("/v1/chat/completions");
        client.request(options)
                .onSuccess(request -> send(context, request))
                .onFailure(error -> Answers.fail(context, 502, "the client side cannot be reached"));
    }

    private static void send(RoutingContext context, HttpClientRequest request) {
        request.putHeader("content-type", "application/json");
        String key =
                Optional.ofNullable(context.request().getHeader("x-client-key")).orElse("");
        if (!key.isEmpty()) {
            request.putHeader("authorization", "Bearer " + key);
        }
        context.response().closeHandler(v -> request.reset());
        request.send(context.body().buffer())
                .onSuccess(answer -> relay(context.response(), answer))
                .onFailure(error -> Answers.fail(context, 502, "the client side broke off"));
    }

    private static void relay(HttpServerResponse response, HttpClientResponse answer) {
        response.setStatusCode(answer.statusCode()).putHeader("cache-control", "no-store");
        answer.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-") || lower.equals("content-type") || lower.equals("retry-after")) {
                response.putHeader(name, value);
            }
        });
        response.setChunked(true);
        answer.pipeTo(response).onFailure(error -> response.reset());
    }
}
