package dev.parley.gateway.http;

import dev.parley.config.ServerSpec;
import dev.parley.gateway.pipeline.front.FrontDesk;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client side of the gateway: listens with one event loop per core and hands every call to its loop's {@link FrontDesk}. */
public final class HttpFront {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final int NOT_FOUND = 404;

    private final List<FrontVerticle> loops;

    private HttpFront(List<FrontVerticle> loops) {
        this.loops = loops;
    }

    /** As {@link #start(Vertx, ServerSpec, Function, Function)}, with 404 for paths outside the API. */
    public static Future<HttpFront> start(Vertx vertx, ServerSpec spec, Function<Context, FrontDesk> desks) {
        return start(
                vertx,
                spec,
                desks,
                context -> request -> request.response()
                        .setStatusCode(NOT_FOUND)
                        .putHeader("content-type", "application/json")
                        .end("{\"error\":{\"message\":\"nothing here; the API's paths begin with /v1/ or /api/\","
                                + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"unknown_url\"}}"));
    }

    /**
     * Listens on {@code spec.host():spec.port()}.
     *
     * @param desks makes the desk of one event loop, called on that loop
     * @param elsewhere makes the handler of one event loop for paths outside {@code /v1} and {@code /api}, e.g. of the management
     *     side when it shares the port
     * @return when all loops listen; fails if the port is taken
     */
    public static Future<HttpFront> start(
            Vertx vertx,
            ServerSpec spec,
            Function<Context, FrontDesk> desks,
            Function<Context, Handler<HttpServerRequest>> elsewhere) {
        return start(vertx, spec, desks, elsewhere, System::nanoTime);
    }

    /** With a clock for tests; only differences of it mean something. */
    static Future<HttpFront> start(
            Vertx vertx,
            ServerSpec spec,
            Function<Context, FrontDesk> desks,
            Function<Context, Handler<HttpServerRequest>> elsewhere,
            LongSupplier nanoClock) {
        RandomGenerator.SplittableGenerator seed = RandomGeneratorFactory.<RandomGenerator.SplittableGenerator>of(
                        "L64X128MixRandom")
                .create();
        List<FrontVerticle> loops = new ArrayList<>();
        DeploymentOptions options = new DeploymentOptions().setInstances(EventLoops.count(spec));
        return vertx.deployVerticle(
                        () -> {
                            FrontVerticle verticle = new FrontVerticle(spec, desks, elsewhere, seed.split(), nanoClock);
                            loops.add(verticle);
                            return verticle;
                        },
                        options)
                .map(id -> {
                    HttpFront front = new HttpFront(List.copyOf(loops));
                    LOG.info("listening on {}:{}", spec.host(), front.port());
                    return front;
                });
    }

    /** The port clients reach. */
    public int port() {
        return loops.getFirst().port();
    }

    /** Stops accepting, lets running calls end within the configured grace, then closes what is left. */
    public Future<Void> shutdown() {
        return Future.all(loops.stream().map(FrontVerticle::shutdown).toList()).mapEmpty();
    }
}
