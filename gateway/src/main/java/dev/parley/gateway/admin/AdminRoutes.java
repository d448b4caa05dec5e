package dev.parley.gateway.admin;

import dev.parley.config.Secret;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** The management side's paths. */
final class AdminRoutes {
    private static final int MOST_DECISIONS = 1_000;
    private static final long MOST_BODY = 1 << 20;

    private final Sources sources;
    private final LiveFeed live;
    private final InstantSource time;

    AdminRoutes(Sources sources, LiveFeed live, InstantSource time) {
        this.sources = sources;
        this.live = live;
        this.time = time;
    }

    Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.get("/healthz").handler(context -> Answers.json(context, "{\"status\":\"ok\"}"));
        router.get("/readyz").handler(this::ready);
        router.get("/metrics").handler(this::metrics);
        router.get("/").handler(context -> context.redirect("/console/"));
        router.get("/console/*").handler(new ConsoleFiles()::serve);
        Gatekeeper gate = new Gatekeeper(this::key);
        router.route("/admin/*").handler(gate::check);
        router.post("/admin/*").handler(BodyHandler.create(false).setBodyLimit(MOST_BODY));
        router.get("/admin/decisions").handler(this::decisions);
        router.get("/admin/decisions/:id").handler(this::decision);
        router.get("/admin/stats").handler(this::statistics);
        router.get("/admin/stream").handler(live::subscribe);
        router.get("/admin/models").handler(this::models);
        router.get("/admin/backends")
                .handler(context -> Answers.json(
                        context,
                        CatalogueJson.backends(sources.config().get(), sources.fleet())
                                .encode()));
        router.get("/admin/capacity").handler(this::capacity);
        router.get("/admin/config")
                .handler(context -> Answers.json(
                        context,
                        CatalogueJson.config(sources.config().get(), sources.fleet())
                                .encode()));
        router.get("/admin/graph")
                .handler(context -> Answers.json(
                        context,
                        ViewJson.graph(sources.fleet().graph(), sources.fleet().worth())
                                .encode()));
        router.get("/admin/experiments")
                .handler(context -> Answers.json(
                        context,
                        sources.experiments()
                                .reports()
                                .map(reports -> ViewJson.experiments(reports).encode())));
        router.post("/admin/route").handler(this::route);
        router.post("/admin/feedback").handler(this::feedback);
        router.post("/admin/try").handler(new TryProxy(vertx, sources.playground()::clientSide)::handle);
        router.errorHandler(
                404,
                context -> Answers.fail(
                        context, 404, "nothing here; the console is at /console/, the management API at /admin/"));
        router.errorHandler(405, context -> Answers.fail(context, 405, "this path has another method"));
        router.errorHandler(413, context -> Answers.fail(context, 413, "the body is larger than 1 MiB"));
        router.errorHandler(400, AdminRoutes::failed);
        router.errorHandler(500, AdminRoutes::failed);
        return router;
    }

    /** What is foretold of models that joined is worked out anchor by anchor: not on the event loop. */
    private void models(RoutingContext context) {
        Answers.json(
                context,
                context.vertx()
                        .executeBlocking(
                                () -> CatalogueJson.models(sources.config().get(), sources.fleet())
                                        .encode(),
                                false));
    }

    /** Files are read, and with {@code speed=true} kernels measured, which takes long: not on the event loop. */
    private void capacity(RoutingContext context) {
        boolean speed = "true".equals(context.request().getParam("speed"));
        Answers.json(
                context,
                context.vertx()
                        .executeBlocking(() -> sources.fleet().local(speed), false)
                        .map(local -> CatalogueJson.capacity(local).encode()));
    }

    private Secret key() {
        return sources.config().get().server().adminKey();
    }

    private static void failed(RoutingContext context) {
        Throwable error = context.failure();
        Answers.fail(context, error == null ? new IllegalArgumentException("the request is not valid") : error);
    }

    private void ready(RoutingContext context) {
        context.vertx()
                .executeBlocking(sources.readiness()::get, false)
                .onSuccess(now -> ready(context, now))
                .onFailure(error -> Answers.fail(context, error));
    }

    private static void ready(RoutingContext context, Readiness now) {
        boolean ready = now.waitingFor().isEmpty();
        context.response().setStatusCode(ready ? 200 : 503);
        Answers.json(
                context,
                new JsonObject()
                        .put("status", ready ? "ready" : "not ready")
                        .put("waiting_for", json(now.waitingFor()))
                        .put("degraded", json(now.degraded()))
                        .encode());
    }

    private static JsonObject json(Map<String, String> reasons) {
        JsonObject json = new JsonObject();
        new TreeMap<>(reasons).forEach(json::put);
        return json;
    }

    private void metrics(RoutingContext context) {
        context.vertx()
                .executeBlocking(sources.metrics()::get, false)
                .onSuccess(text -> context.response()
                        .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(text))
                .onFailure(error -> Answers.fail(context, error));
    }

    private void decisions(RoutingContext context) {
        Instant since = Answers.since(Answers.parameter(context, "since", "30d"), time.instant());
        int limit = Answers.limit(Answers.parameter(context, "limit", "100"), MOST_DECISIONS);
        Answers.json(context, sources.records().list(Answers.parameter(context, "model", ""), since, limit));
    }

    private void decision(RoutingContext context) {
        String id = context.pathParam("id");
        sources.records()
                .find(id)
                .onSuccess(found -> found.ifPresentOrElse(
                        json -> Answers.json(context, json),
                        () -> Answers.fail(
                                context,
                                404,
                                "no decision '" + id + "' in the record; it may be older than" + " record.retention")))
                .onFailure(error -> Answers.fail(context, error));
    }

    private void statistics(RoutingContext context) {
        Instant since = Answers.since(Answers.parameter(context, "since", "24h"), time.instant());
        Answers.json(context, sources.records().statistics(since));
    }

    private void route(RoutingContext context) {
        JsonObject body = body(context);
        String text = string(body, "text", "");
        if (text.isBlank()) {
            throw new IllegalArgumentException("text: say the question to route");
        }
        sources.playground()
                .route(text, string(body, "policy", ""))
                .onSuccess(
                        routed -> Answers.json(context, ViewJson.routed(routed).encode()))
                .onFailure(error -> Answers.fail(context, error));
    }

    private void feedback(RoutingContext context) {
        JsonObject body = body(context);
        String id = string(body, "decision_id", "");
        if (!(body.getValue("value") instanceof Number value)) {
            throw new IllegalArgumentException("value: must be a number");
        }
        sources.records()
                .feedback(id, string(body, "metric", "thumb"), value.doubleValue())
                .onSuccess(known -> {
                    if (known) {
                        context.response().setStatusCode(202);
                        Answers.json(
                                context, new JsonObject().put("decision_id", id).encode());
                    } else {
                        Answers.fail(context, 404, "decision_id: no decision '" + id + "' in the record");
                    }
                })
                .onFailure(error -> Answers.fail(context, error));
    }

    private static JsonObject body(RoutingContext context) {
        try {
            JsonObject body = context.body().asJsonObject();
            if (body != null) {
                return body;
            }
        } catch (DecodeException | ClassCastException e) {
            throw new IllegalArgumentException("the body is not a JSON object", e);
        }
        throw new IllegalArgumentException("the body is empty: send a JSON object");
    }

    private static String string(JsonObject body, String name, String otherwise) {
        Object value = body.getValue(name, otherwise);
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + ": must be a string");
    }
}
