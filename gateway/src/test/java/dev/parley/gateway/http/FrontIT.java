package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ServerSpec;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of HTTP on the client side. */
class FrontIT {
    private static final String PATH = "/v1/chat/completions";

    private static Stage echo() {
        return new Stage(
                (backend, inbound) -> Future.succeededFuture(TestDesk.json(
                        200, "{\"bytes\":" + inbound.body().length + ",\"path\":\"" + inbound.path() + "\"}")),
                ServerSpec.Transport.AUTO,
                100_000,
                Stage.PATIENT);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/nothing, 404, OPENAI_CHAT, x-request-id",
        "POST, /v1/messages/nothing, 404, ANTHROPIC_MESSAGES, request-id",
        "GET, /api/nothing, 404, OLLAMA_CHAT, x-request-id",
        "GET, /v1/messages, 405, ANTHROPIC_MESSAGES, request-id",
        "DELETE, /v1/chat/completions, 405, OPENAI_CHAT, x-request-id"
    })
    void unknownPathsAndWrongMethodsAreJsonInTheRightShape(
            String method, String path, int status, String shape, String idHeader) throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            RawClient.Answer answer = client.send(method + " " + path + " HTTP/1.1\r\nhost: t\r\n\r\n")
                    .read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains("\"shape\":\"" + shape + "\"");
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header(idHeader)).startsWith("req_");
        }
    }

    @Test
    void sideCallsGetTheirIdAndBody() throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            assertThat(client.send("GET /v1/models/qwen%2Fx:1 HTTP/1.1\r\nhost: t\r\n\r\n")
                            .read()
                            .body())
                    .isEqualTo("{\"kind\":\"MODEL\",\"id\":\"qwen/x:1\",\"bytes\":0}");
            assertThat(client.send(RawClient.post("/v1/embeddings", "12345"))
                            .read()
                            .body())
                    .isEqualTo("{\"kind\":\"EMBEDDINGS\",\"id\":\"\",\"bytes\":5}");
        }
    }

    @Test
    void theQueryComesAlong() throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            assertThat(client.send(RawClient.post("/v1/messages?beta=true", "{}"))
                            .read()
                            .body())
                    .contains("\"path\":\"/v1/messages?beta=true\"");
        }
    }

    @Test
    void bodiesMayBeChunkedTrickleAndAskToContinue() throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            client.send("POST " + PATH + " HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n");
            client.send("3\r\nabc\r\n").send("2\r\nde\r\n").send("0\r\n\r\n");
            assertThat(client.read().body()).contains("\"bytes\":5");

            client.send("POST " + PATH + " HTTP/1.1\r\nhost: t\r\ncontent-length: 6\r\n\r\n");
            for (String letter : "abcdef".split("", -1)) {
                client.send(letter);
            }
            assertThat(client.read().body()).contains("\"bytes\":6");

            client.send("POST " + PATH + " HTTP/1.1\r\nhost: t\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("{}").read().body()).contains("\"bytes\":2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\nabc\r\n", "-1\r\n", "3\r\nabcdef\r\n", "3\r\nabc\r\nnot a size\r\n"})
    void brokenChunksAreRefusedInTheRoutesShape(String body) throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            client.send("POST /v1/messages HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n" + body);
            RawClient.Answer refused = client.read();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("ANTHROPIC_MESSAGES", "BAD_REQUEST");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void tooLargeBodiesAreRefusedInTheRoutesShape() throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client();
                RawClient other = stage.client();
                RawClient third = stage.client()) {
            RawClient.Answer announced = client.send(RawClient.post("/v1/messages", "x".repeat(100_001)))
                    .read();
            assertThat(announced.status()).isEqualTo(413);
            assertThat(announced.body()).contains("ANTHROPIC_MESSAGES", "TOO_LARGE");
            assertThat(client.send(RawClient.post(PATH, "{}")).read().status())
                    .as("the connection stays usable")
                    .isEqualTo(200);

            other.send("POST " + PATH + " HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n");
            other.send("186a1\r\n" + "x".repeat(100_001) + "\r\n");
            assertThat(other.read().status()).isEqualTo(413);
            assertThat(other.closedByPeer()).isTrue();

            third.send("POST " + PATH
                    + " HTTP/1.1\r\nhost: t\r\ncontent-length: 99999999999\r\nexpect: 100-continue\r\n\r\n");
            RawClient.Answer refused = third.read();
            assertThat(refused.status()).as("no 100 first").isEqualTo(413);
            assertThat(refused.header("connection")).isEqualTo("close");
            assertThat(third.closedByPeer()).isTrue();
        }
    }

    @Test
    void aWrongKeyIsRefusedBeforeTheBodyIsSent() throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            client.send("POST " + PATH
                    + " HTTP/1.1\r\nhost: t\r\nauthorization: Bearer wrong\r\ncontent-length: 10\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(401);
            client.send("0123456789");
            assertThat(client.send(RawClient.post(PATH, "{}")).read().status()).isEqualTo(200);
        }
    }

    @Test
    void headersMayBeLongButNotEndless() throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            assertThat(client.send(RawClient.post(PATH, "{}", "x-long: " + "y".repeat(60_000)))
                            .read()
                            .status())
                    .isEqualTo(200);
            RawClient.Answer refused = client.send(RawClient.post(PATH, "{}", "x-long: " + "y".repeat(70_000)))
                    .read();
            assertThat(refused.status()).isEqualTo(431);
            assertThat(refused.header("content-type")).isEqualTo("application/json");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        Promise<Void> first = Promise.promise();
        try (Stage stage = new Stage(Stage.relay(false));
                RawClient client = stage.client()) {
            stage.upstream.expect(
                    Script.begin().await(first.future()).raw("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1"),
                    Script.json("2"),
                    Script.json("3"));
            client.send(RawClient.post(PATH, "a") + RawClient.post(PATH, "b") + RawClient.post(PATH, "c"));
            stage.upstream.take();
            first.complete();
            assertThat(client.read().body()).isEqualTo("1");
            assertThat(client.read().body()).isEqualTo("2");
            assertThat(client.read().body()).isEqualTo("3");
        }
    }

    @Test
    void browsersMayAsk() throws Exception {
        try (Stage stage = echo();
                RawClient client = stage.client()) {
            RawClient.Answer preflight = client.send(
                            "OPTIONS " + PATH + " HTTP/1.1\r\nhost: t\r\norigin: http://x\r\n\r\n")
                    .read();
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.header("access-control-allow-headers")).contains("*", "authorization");
            RawClient.Answer answer =
                    client.send(RawClient.post(PATH, "{}", "origin: http://x")).read();
            assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
        }
    }

    @Test
    void http2WithPriorKnowledge() throws Exception {
        HttpClientOptions known =
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false);
        try (Stage stage = new Stage(Stage.relay(true))) {
            stage.upstream.expect(Script.events("1", "[DONE]"));
            HttpClientAgent client = stage.vertx.createHttpClient(known);
            String answer = client.request(HttpMethod.POST, stage.front.port(), "127.0.0.1", PATH)
                    .compose(request -> request.send("{}"))
                    .compose(response -> response.body().map(body -> response.version() + " " + body))
                    .await(20, TimeUnit.SECONDS);
            assertThat(answer).isEqualTo("HTTP_2 data: 1\n\ndata: [DONE]\n\n");
            client.close().await(20, TimeUnit.SECONDS);
        }
    }

    /** The JDK's client asks for it, and loses its place in an answer that comes before it has changed over: in one of ten, unless held. */
    @Test
    void http2ByUpgradeWithAnswersOfAnySize() throws Exception {
        String large = "[" + "1,".repeat(100_000) + "1]";
        Stage.Play play = (backend, inbound) -> Future.succeededFuture(TestDesk.json(200, large));
        try (Stage stage = new Stage(play)) {
            for (int i = 0; i < 100; i++) {
                try (HttpClient client = HttpClient.newHttpClient()) {
                    HttpResponse<String> answer = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stage.front.port() + PATH))
                                    .timeout(Duration.ofSeconds(20))
                                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                    assertThat(answer.body()).hasSize(large.length());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ServerSpec.Transport.class)
    void everyTransportServes(ServerSpec.Transport transport) throws Exception {
        try (Stage stage = new Stage(Stage.relay(true), transport, 1000, Stage.PATIENT);
                RawClient client = stage.client()) {
            stage.upstream.expect(Script.events("1", "2", "[DONE]"));
            assertThat(client.send(RawClient.post(PATH, "{}")).read().body())
                    .isEqualTo("data: 1\n\ndata: 2\n\ndata: [DONE]\n\n");
        }
    }

    @Test
    void shutdownLetsRunningCallsEnd() throws Exception {
        Promise<Void> more = Promise.promise();
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client();
                RawClient idle = stage.client();
                RawClient unused = stage.client()) {
            stage.upstream.expect(Script.stream()
                    .chunk("data: 1\n\n")
                    .await(more.future())
                    .chunk("data: [DONE]\n\n")
                    .end());
            client.send(RawClient.post(PATH, "{}"));
            client.head();
            client.chunk();
            idle.send("GET / HTTP/1.1\r\nhost: t\r\n\r\n").read();
            Future<Void> down = stage.front.shutdown();
            assertThat(idle.closedByPeer()).as("idle connections close").isTrue();
            assertThat(unused).isNotNull();
            assertThat(down.isComplete()).isFalse();
            more.complete();
            assertThat(client.chunk()).isEqualTo("data: [DONE]\n\n");
            assertThat(client.chunk()).isEmpty();
            Stage.await(down.timeout(4, TimeUnit.SECONDS));
        }
    }
}
