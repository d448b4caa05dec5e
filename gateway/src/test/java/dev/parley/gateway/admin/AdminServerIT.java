package dev.parley.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerIT {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void healthReadinessAndMetricsNeedNoKey() throws Exception {
        FakeSources sources = new FakeSources(Secret.of("admin"), 0);
        Side side = start(sources);
        assertThat(side.get("/healthz").status()).isEqualTo(200);
        assertThat(side.get("/metrics").body()).contains("x_total 1.0");
        assertThat(side.get("/readyz").status()).isEqualTo(200);
        sources.unready.put("models", "loading");
        assertThat(side.get("/readyz").status()).isEqualTo(503);
        assertThat(side.get("/readyz").body()).contains("\"models\":\"loading\"");
    }

    @Test
    void theAdminApiNeedsItsKey() throws Exception {
        Side side = start(new FakeSources(Secret.of("admin"), 0));
        assertThat(side.get("/admin/models").status()).isEqualTo(401);
        assertThat(side.call(HttpMethod.GET, "/admin/models", Map.of("authorization", "Bearer wrong"), "")
                        .status())
                .isEqualTo(401);
        assertThat(side.call(HttpMethod.GET, "/admin/models", Map.of("authorization", "Bearer admin"), "")
                        .status())
                .isEqualTo(200);
        assertThat(side.call(HttpMethod.GET, "/admin/models", Map.of("x-api-key", "admin"), "")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void withoutAKeyForeignPagesCannotReachIn() throws Exception {
        Side side = start(new FakeSources(Secret.none(), 0));
        assertThat(side.get("/admin/models").status()).isEqualTo(200);
        assertThat(side.call(HttpMethod.GET, "/admin/models", Map.of("host", "evil.example"), "")
                        .status())
                .isEqualTo(403);
        assertThat(side.call(HttpMethod.POST, "/admin/route", Map.of("content-type", "text/plain"), "{\"text\":\"x\"}")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void decisionsAreListedAndFound() throws Exception {
        FakeSources sources = new FakeSources(Secret.none(), 0);
        Side side = start(sources);
        assertThat(side.get("/admin/decisions?model=gpt&since=15m&limit=7").body())
                .isEqualTo("[{\"id\":\"d1\"}]");
        assertThat(sources.asked).containsEntry("list", "gpt 2026-11-24T11:45:00Z 7");
        assertThat(side.get("/admin/decisions/d1").body()).isEqualTo("{\"id\":\"d1\"}");
        assertThat(side.get("/admin/decisions/d2").status()).isEqualTo(404);
        assertThat(side.get("/admin/decisions?since=yesterday").status()).isEqualTo(400);
        assertThat(side.get("/admin/decisions?since=yesterday").body()).contains("15m, 24h, 7d");
        assertThat(side.get("/admin/decisions?limit=0").body()).contains("from 1 to 1000");
    }

    @Test
    void ourFaultsKeepTheirDetailsInside() throws Exception {
        Answer answer = start(new FakeSources(Secret.none(), 0)).get("/admin/stats");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret detail");
    }

    @Test
    void theCatalogueShowsPricesStatesAndNoSecret() throws Exception {
        Side side = start(new FakeSources(Secret.of("hidden-admin-key"), 0));
        Map<String, String> key = Map.of("authorization", "Bearer hidden-admin-key");
        JsonObject model = new JsonArray(
                        side.call(HttpMethod.GET, "/admin/models", key, "").body())
                .getJsonObject(0);
        assertThat(model.getJsonObject("price").getDouble("input")).isEqualTo(0.15);
        assertThat(model.getString("state")).isEqualTo("degraded");
        assertThat(model.getJsonObject("calibration").getInteger("outcomes")).isEqualTo(31);
        for (String path : List.of("/admin/models", "/admin/backends", "/admin/config")) {
            Answer answer = side.call(HttpMethod.GET, path, key, "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("hidden");
        }
        assertThat(side.call(HttpMethod.GET, "/admin/config", key, "").body()).contains("\"spent_nano_usd\":7");
        JsonObject graph = new JsonObject(
                side.call(HttpMethod.GET, "/admin/graph", key, "").body());
        assertThat(graph.encode()).contains("\"quality\":null");
        assertThat(graph.getJsonArray("nodes").getJsonObject(2).getJsonObject("newcomer"))
                .isEqualTo(new JsonObject().put("probes", 40).put("uncertainty", 0.17));
        assertThat(graph.getJsonArray("nodes").getJsonObject(1).containsKey("newcomer"))
                .isFalse();
        assertThat(graph.getJsonObject("worth").getBoolean("shown")).isFalse();
        assertThat(graph.getJsonObject("worth").getString("words")).contains("not shown to help");
        assertThat(side.call(HttpMethod.GET, "/admin/experiments", key, "").body())
                .contains("\"standard_error\":null")
                .contains("\"mean\":0.5");
    }

    @Test
    void whatModelsInThisProcessTakeAndGive() throws Exception {
        Side side = start(new FakeSources(Secret.none(), 0));
        JsonObject memory = new JsonObject(side.get("/admin/capacity").body());
        assertThat(memory.getLong("kv_held_bytes")).isEqualTo(1);
        assertThat(memory.getLong("experts_resident_bytes")).isEqualTo(3);
        JsonObject tiny = memory.getJsonArray("models").getJsonObject(0);
        assertThat(tiny.getLong("weight_bytes")).isEqualTo(4000);
        assertThat(tiny.getLong("kv_bytes_per_token")).isEqualTo(64);
        assertThat(tiny.getValue("foretold")).isNull();
        JsonObject speed = new JsonObject(side.get("/admin/capacity?speed=true").body());
        assertThat(speed.getJsonArray("models")
                        .getJsonObject(0)
                        .getJsonObject("foretold")
                        .getDouble("eight_answers"))
                .isEqualTo(44);
    }

    @Test
    void dryRunsAndFeedback() throws Exception {
        FakeSources sources = new FakeSources(Secret.none(), 0);
        Side side = start(sources);
        Answer routed =
                side.call(HttpMethod.POST, "/admin/route", JSON, "{\"text\":\"What is 2+2?\",\"policy\":\"cheap\"}");
        assertThat(new JsonObject(routed.body()).getString("selected")).isEqualTo("gpt");
        assertThat(sources.asked).containsEntry("route", "What is 2+2?/cheap");
        assertThat(side.call(HttpMethod.POST, "/admin/route", JSON, "{}").status())
                .isEqualTo(400);
        assertThat(side.call(HttpMethod.POST, "/admin/route", JSON, "nonsense").status())
                .isEqualTo(400);
        assertThat(side.call(HttpMethod.POST, "/admin/feedback", JSON, "{\"decision_id\":\"d1\",\"value\":1}")
                        .status())
                .isEqualTo(202);
        assertThat(sources.asked).containsEntry("feedback", "d1 thumb 1.0");
        assertThat(side.call(HttpMethod.POST, "/admin/feedback", JSON, "{\"decision_id\":\"d9\",\"value\":1}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theStreamShowsOutcomesAsTheyHappen() throws Exception {
        Side side = start(new FakeSources(Secret.none(), 0));
        CompletableFuture<String> hello = new CompletableFuture<>();
        CompletableFuture<String> event = new CompletableFuture<>();
        side.server().publish(() -> {
            throw new AssertionError("nobody looks: no text is made");
        });
        StringBuilder read = new StringBuilder();
        await(client.request(options(side.port(), HttpMethod.GET, "/admin/stream", Map.of()))
                .compose(request -> request.send()
                        .onSuccess(response -> response.handler(piece -> {
                            read.append(piece);
                            hello.complete(read.toString());
                            if (read.indexOf("\n\n", 9) > 0) {
                                event.complete(read.toString());
                            }
                        }))));
        assertThat(hello.get(5, TimeUnit.SECONDS)).startsWith(": hello");
        side.server().publish(() -> "{\"id\":\"d1\"}");
        assertThat(event.get(5, TimeUnit.SECONDS)).contains("event: outcome\ndata: {\"id\":\"d1\"}\n\n");
    }

    @Test
    void theConsoleStaysAtHomeAndIsCached() throws Exception {
        Side side = start(new FakeSources(Secret.of("admin"), 0));
        assertThat(side.get("/").headers()).containsEntry("location", "/console/");
        Answer page = side.get("/console/");
        assertThat(page.body()).contains("<title>Parley console</title>").doesNotContain("http://");
        assertThat(page.headers().get("content-security-policy")).startsWith("default-src 'self'");
        String etag = page.headers().get("etag");
        assertThat(side.call(HttpMethod.GET, "/console/", Map.of("if-none-match", etag), "")
                        .status())
                .isEqualTo(304);
        assertThat(side.get("/console/app.js").headers().get("content-type")).startsWith("text/javascript");
        assertThat(side.get("/console/../logback.xml").status()).isEqualTo(404);
        assertThat(side.get("/nothing").body()).contains("/console/");
    }

    @Test
    void tryingGoesThroughToTheClientSide() throws Exception {
        HttpServer upstream = await(vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("content-type", "text/event-stream")
                                .putHeader("x-gateway-decision-id", "d1")
                                .putHeader("set-cookie", "no")
                                .end("data: " + request.getHeader("authorization") + request.uri() + body + "\n\n")))
                .listen(0, "127.0.0.1"));
        Side side = start(new FakeSources(Secret.none(), upstream.actualPort()));
        Answer answer = side.call(
                HttpMethod.POST,
                "/admin/try",
                Map.of("content-type", "application/json", "x-client-key", "k"),
                "{\"model\":\"auto\"}");
        assertThat(answer.body()).isEqualTo("data: Bearer k/v1/chat/completions{\"model\":\"auto\"}\n\n");
        assertThat(answer.headers())
                .containsEntry("x-gateway-decision-id", "d1")
                .doesNotContainKey("set-cookie");
    }

    private Side start(FakeSources sources) throws Exception {
        AdminServer server = new AdminServer(vertx, sources.sources(), InstantSource.fixed(NOW));
        int port = await(server.listen(sources.sources().config().get().server()));
        return new Side(server, port);
    }

    private static RequestOptions options(int port, HttpMethod method, String path, Map<String, String> headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setPort(port)
                .setHost("127.0.0.1")
                .setURI(path);
        headers.forEach(options::putHeader);
        return options;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** A running management side and how to call it. */
    private final class Side {
        private final AdminServer server;
        private final int port;

        Side(AdminServer server, int port) {
            this.server = server;
            this.port = port;
        }

        AdminServer server() {
            return server;
        }

        int port() {
            return port;
        }

        Answer get(String path) throws Exception {
            return call(HttpMethod.GET, path, Map.of(), "");
        }

        Answer call(HttpMethod method, String path, Map<String, String> headers, String body) throws Exception {
            // All on the event loop: attached from here, a handler could come after the response's end.
            return await(client.request(options(port, method, path, headers))
                    .compose(request -> (body.isEmpty() ? request.send() : request.send(body))
                            .compose(response -> response.body()
                                    .map(answer -> new Answer(
                                            response.statusCode(),
                                            answer,
                                            Map.copyOf(
                                                    headers(response.headers().entries())))))));
        }

        private Map<String, String> headers(List<Map.Entry<String, String>> entries) {
            Map<String, String> headers = new java.util.TreeMap<>();
            entries.forEach(e -> headers.put(e.getKey().toLowerCase(java.util.Locale.ROOT), e.getValue()));
            return headers;
        }
    }

    private record Answer(int status, Buffer content, Map<String, String> headers) {
        String body() {
            return content.toString();
        }
    }
}
