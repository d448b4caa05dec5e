package dev.parley.gateway.admin;

import dev.parley.config.ServerSpec;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management side: health, metrics, the admin API and the console. Serves on its own port ({@link #listen}) or, when it shares the
 * client side's, as a handler of the paths outside the API ({@link #handler}). Thread-safe.
 */
public final class AdminServer {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private final Vertx vertx;
    private final LiveFeed live = new LiveFeed();
    private final AdminRoutes routes;
    private final AtomicReference<Optional<HttpServer>> server = new AtomicReference<>(Optional.empty());

    public AdminServer(Vertx vertx, Sources sources, InstantSource time) {
        this.vertx = vertx;
        this.routes = new AdminRoutes(sources, live, time);
    }

    /** Listens on {@code spec.adminHost():spec.adminPort()}; gives the port, which matters if 0 was asked for. */
    public Future<Integer> listen(ServerSpec spec) {
        // Its clients are few and have nothing of HTTP/2; without an offer they stay with what they all speak.
        HttpServer listening = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(routes.router(vertx));
        return listening.listen(spec.adminPort(), spec.adminHost()).map(bound -> {
            server.set(Optional.of(bound));
            LOG.info("management side and console on http://{}:{}", spec.adminHost(), bound.actualPort());
            return bound.actualPort();
        });
    }

    /** The same paths for another server. One handler an event loop. */
    public Handler<HttpServerRequest> handler() {
        return routes.router(vertx);
    }

    /** Shows an outcome to those who look at {@code /admin/stream}; its text is only made if somebody does. From any thread. */
    public void publish(Supplier<String> outcomeJson) {
        live.publish(outcomeJson);
    }

    /** Ends streams and stops listening. */
    public Future<Void> close() {
        live.close();
        return current().map(HttpServer::close).orElseGet(Future::succeededFuture);
    }

    @SuppressWarnings("NullAway") // the reference never holds null
    private Optional<HttpServer> current() {
        return server.get();
    }
}
