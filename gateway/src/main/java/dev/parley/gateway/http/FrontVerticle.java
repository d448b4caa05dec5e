package dev.parley.gateway.http;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Protocol;
import dev.parley.chat.backend.DeadlineWatch;
import dev.parley.chat.backend.GatheredFlush;
import dev.parley.config.ServerSpec;
import dev.parley.gateway.pipeline.front.FrontDesk;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One event loop that serves clients: no router, no body handler, only the switch of {@link Routes}. */
final class FrontVerticle extends VerticleBase {
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_LINE_BYTES = 16 * 1024;
    private static final int BACKLOG = 4096;
    private static final int BAD_REQUEST = 400;
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;
    private static final int NO_CONTENT = 204;
    private static final long LAST_WORDS_SECONDS = 2;

    private final ServerSpec spec;
    private final Function<Context, FrontDesk> desks;
    private final Function<Context, Handler<HttpServerRequest>> elsewhere;
    private final RandomGenerator.SplittableGenerator random;
    private final LongSupplier nanoClock;
    private @Nullable HttpServer server;
    private @Nullable Loop loop;

    FrontVerticle(
            ServerSpec spec,
            Function<Context, FrontDesk> desks,
            Function<Context, Handler<HttpServerRequest>> elsewhere,
            RandomGenerator.SplittableGenerator random,
            LongSupplier nanoClock) {
        this.spec = spec;
        this.desks = desks;
        this.elsewhere = elsewhere;
        this.random = random;
        this.nanoClock = nanoClock;
    }

    @Override
    public Future<?> start() {
        loop = new Loop(
                context,
                desks.apply(context),
                new DeadlineWatch(vertx, nanoClock),
                new RequestIds(random),
                new RunningCalls(),
                spec.maxBodyBytes(),
                elsewhere.apply(context));
        HttpServer made = vertx.createHttpServer(options());
        server = made;
        return made.connectionHandler(GatheredFlush::join)
                .requestHandler(this::handle)
                .invalidRequestHandler(this::invalid)
                .listen(spec.port() == 0 ? -1 : spec.port(), spec.host());
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setTcpNoDelay(true)
                .setAcceptBacklog(BACKLOG)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setHandle100ContinueAutomatically(false)
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setTracingPolicy(TracingPolicy.IGNORE)
                // Everything is written on this loop: the queue for writes from elsewhere is not needed.
                .setStrictThreadMode(true)
                .setHttp2ClearTextEnabled(true);
    }

    int port() {
        return server == null ? 0 : server.actualPort();
    }

    /**
     * Stops accepting and waits until no call runs, or until the grace is over. Vert.x alone would wait the whole grace for connections
     * on which no request has come yet.
     */
    Future<Void> shutdown() {
        if (server == null) {
            return Future.succeededFuture();
        }
        Future<Void> closed = server.shutdown(Math.max(1, spec.shutdownGrace().toMillis()), TimeUnit.MILLISECONDS);
        Promise<Void> quiet = Promise.promise();
        // A turn later, so that the last call is recorded before its end is told.
        context.runOnContext(
                v -> loop().calls().quiet().onComplete(done -> context.runOnContext(w -> quiet.tryComplete())));
        // Calls cut at the end of the grace are told so by their connections, a moment after these are closed.
        Future<Void> cut = closed.transform(done ->
                quiet.future().timeout(LAST_WORDS_SECONDS, TimeUnit.SECONDS).otherwiseEmpty());
        return Future.any(cut, quiet.future()).mapEmpty();
    }

    private Loop loop() {
        if (loop == null) {
            throw new IllegalStateException("not started");
        }
        return loop;
    }

    private void handle(HttpServerRequest request) {
        String path = request.path();
        switch (Routes.of(request.method(), path == null ? "" : path)) {
            case Route.Chat chat -> new ClientCall(loop(), request, chat.protocol()).chat(chat.protocol());
            case Route.Side side -> new ClientCall(loop(), request, shape(side, request)).side(side);
            case Route.Preflight p -> preflight(request);
            case Route.Alive alive -> {
                request.response().putHeader(HttpHeaders.CONTENT_TYPE, alive.contentType());
                request.response().end(alive.text());
            }
            case Route.Unknown unknown -> unknown(request, unknown.shape());
            case Route.WrongMethod wrong -> {
                request.response().putHeader(HttpHeaders.ALLOW, wrong.allowed());
                new ClientCall(loop(), request, wrong.shape())
                        .refuse(ChatFailure.of(
                                ChatFailure.Kind.METHOD_NOT_ALLOWED,
                                request.method() + " is not allowed on " + path + "; use " + wrong.allowed()));
            }
            case Route.Elsewhere e -> loop().elsewhere().handle(request);
        }
    }

    /** The models list is shared by two families; the one with {@code anthropic-version} is recognised by that header. */
    private static Protocol shape(Route.Side side, HttpServerRequest request) {
        return switch (side.kind()) {
            case MODEL, MODELS ->
                request.headers().contains("anthropic-version")
                        ? Protocol.ANTHROPIC_MESSAGES
                        : side.kind().shape();
            default -> side.kind().shape();
        };
    }

    private void unknown(HttpServerRequest request, Protocol shape) {
        new ClientCall(loop(), request, shape)
                .refuse(ChatFailure.of(
                        ChatFailure.Kind.UNKNOWN_URL,
                        "unknown request URL: " + request.method() + " " + request.path()
                                + "; the API's paths begin with /v1/ or /api/"));
    }

    private static void preflight(HttpServerRequest request) {
        request.response()
                .setStatusCode(NO_CONTENT)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, DELETE, OPTIONS")
                // The star does not cover authorization.
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "*, authorization")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400")
                .end();
    }

    /** What Netty could not read as HTTP; the connection closes after it. */
    private void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = switch (cause) {
            case TooLongHttpLineException e -> URI_TOO_LONG;
            case TooLongHttpHeaderException e -> HEADERS_TOO_LARGE;
            case null, default -> BAD_REQUEST;
        };
        String what = status == BAD_REQUEST ? "the request is not valid HTTP" : "the request's head is too large";
        new ClientCall(loop(), request, Protocol.OPENAI_CHAT)
                .refuse(ChatFailure.of(ChatFailure.Kind.BAD_REQUEST, what), status);
    }
}
