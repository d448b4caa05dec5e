package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chat.backend.DeadlineWatch;
import dev.parley.gateway.testing.Received;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Promise;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's bytes to a backend of its own protocol, and back. */
class RelayIT {
    private static final String PATH = "/v1/chat/completions";
    private static final String HEAD = String.join(
            "\r\n", "HTTP/1.1 200 OK", "content-type: text/event-stream", "transfer-encoding: chunked", "", "");

    @Test
    void relaysAWholeAnswerWithItsLengthAndKeepsBothConnections() throws Exception {
        try (Stage stage = new Stage(Stage.relay(false));
                RawClient client = stage.client()) {
            stage.upstream.expect(Script.json("{\"a\":1}"), Script.json("{\"a\":2}"));
            for (int i = 1; i <= 2; i++) {
                RawClient.Answer answer =
                        client.send(RawClient.post(PATH, "{\"n\":" + i + "}")).read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("{\"a\":" + i + "}");
                assertThat(answer.header("content-length")).isEqualTo("7");
                assertThat(answer.header("x-request-id")).startsWith("req_");
                assertThat(answer.header("openai-processing-ms")).matches("\\d+");
                assertThat(answer.header("x-gateway-model")).isEqualTo("m");
                assertThat(TestDesk.noted(stage.notes, "sent")).isTrue();
            }
            Received second = stage.upstream.requests().get(1);
            assertThat(second.connection()).as("kept upstream connection").isZero();
            assertThat(second.path()).isEqualTo("/v1/chat/completions");
            assertThat(second.text()).isEqualTo("{\"n\":2}");
        }
    }

    @Test
    void sendsOurCredentialsAndNeverTheClients() throws Exception {
        try (Stage stage = new Stage(Stage.relay(false));
                RawClient client = stage.client()) {
            stage.upstream.expect(Script.json("{}"));
            client.send(RawClient.post(PATH, "{}", "authorization: Bearer client", "cookie: a=b"))
                    .read();
            Received request = stage.upstream.take();
            assertThat(request.header("authorization")).isEqualTo("Bearer sk-upstream");
            assertThat(request.header("x-org")).isEqualTo("parley");
            assertThat(request.header("traceparent")).isEqualTo("00-1");
            assertThat(request.headers()).doesNotContainKeys("cookie", "x-stainless-lang", "expect");
        }
    }

    @Test
    void aStreamLeavesAtOnceEventByEvent() throws Exception {
        Promise<Void> more = Promise.promise();
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client()) {
            stage.upstream.expect(Script.stream()
                    .chunk("data: 1\n\n")
                    .await(more.future())
                    .chunk("data: [DONE]\n\n")
                    .end());
            client.send(RawClient.post(PATH, "{}"));
            assertThat(client.head())
                    .contains("200 OK", "text/event-stream; charset=utf-8", "cache-control: no-cache")
                    .doesNotContain("content-length");
            assertThat(client.chunk()).isEqualTo("data: 1\n\n");
            more.complete();
            assertThat(client.chunk()).isEqualTo("data: [DONE]\n\n");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void anIdleStreamIsKeptAliveByCommentsBetweenEventsOnly() throws Exception {
        Promise<Void> more = Promise.promise();
        Promise<Void> rest = Promise.promise();
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client()) {
            stage.upstream.expect(Script.stream()
                    .chunk("data: 1\n\n")
                    .await(more.future())
                    .chunk("data: half")
                    .await(rest.future())
                    .chunk(" whole\n\ndata: [DONE]\n\n")
                    .end());
            client.send(RawClient.post(PATH, "{}"));
            client.head();
            assertThat(client.chunk()).isEqualTo("data: 1\n\n");
            stage.skip(Duration.ofSeconds(16));
            assertThat(client.chunk()).isEqualTo(": keep-alive\n\n");
            more.complete();
            assertThat(client.chunk()).isEqualTo("data: half");
            stage.skip(Duration.ofSeconds(16));
            stage.vertx.setTimer(4 * DeadlineWatch.TICK_MILLIS, id -> rest.complete());
            assertThat(client.chunk()).as("no comment inside an event").startsWith(" whole");
        }
    }

    @Test
    void headersLeaveBeforeTheFirstEvent() throws Exception {
        Promise<Void> more = Promise.promise();
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client()) {
            stage.upstream.expect(Script.stream()
                    .await(more.future())
                    .chunk("data: [DONE]\n\n")
                    .end());
            client.send(RawClient.post(PATH, "{}"));
            assertThat(client.head()).contains("200 OK");
            more.complete();
            assertThat(client.chunk()).isEqualTo("data: [DONE]\n\n");
        }
    }

    @Test
    void aBurstIsWrittenInFewPieces() throws Exception {
        Script script = Script.stream();
        StringBuilder burst = new StringBuilder();
        for (int i = 0; i < 64; i++) {
            String event = "data: {\"i\":" + i + "}\n\n";
            String size = Integer.toHexString(event.length());
            burst.append(size).append("\r\n").append(event).append("\r\n");
        }
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client()) {
            stage.upstream.expect(
                    script.raw(burst.toString()).chunk("data: [DONE]\n\n").end());
            client.send(RawClient.post(PATH, "{}"));
            client.head();
            int chunks = 0;
            StringBuilder all = new StringBuilder();
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                chunks++;
                all.append(chunk);
            }
            assertThat(all).contains("data: {\"i\":0}\n\n", "data: {\"i\":63}\n\ndata: [DONE]\n\n");
            assertThat(chunks).isLessThanOrEqualTo(64 * 3 / 10);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCutStreamIsToldAndDoesNotEndCleanly(boolean reset) throws Exception {
        Promise<Void> cut = Promise.promise();
        Script half = Script.stream().chunk("data: 1\n\n").await(cut.future());
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client()) {
            stage.upstream.expect(reset ? half.reset() : half.end());
            client.send(RawClient.post(PATH, "{}"));
            client.head();
            assertThat(client.chunk()).isEqualTo("data: 1\n\n");
            cut.complete();
            assertThat(client.chunk()).isEqualTo("event: error\ndata: UPSTREAM_FAILED\n\n");
            assertThatThrownBy(client::chunk).as("no clean end").isInstanceOf(EOFException.class);
            assertThat(TestDesk.noted(stage.notes, "broke UPSTREAM_FAILED")).isTrue();
        }
    }

    @Test
    void aStreamCutBeforeAnythingLeftIsAPlainError() throws Exception {
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client()) {
            String end = "0\r\n\r\n";
            stage.upstream.expect(Script.begin().raw(HEAD + "9\r\ndata: 1\n\n\r\n" + end));
            RawClient.Answer answer = client.send(RawClient.post(PATH, "{}")).read();
            assertThat(answer.complete()).isTrue();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header("x-request-id")).startsWith("req_");
        }
    }

    @Test
    void aStreamThatFallsSilentIsBrokenOff() throws Exception {
        try (Stage stage = Stage.hurried(Stage.relay(true));
                RawClient client = stage.client()) {
            stage.upstream.expect(Script.stream().chunk("data: 1\n\n").hold());
            RawClient.Answer answer = client.send(RawClient.post(PATH, "{}")).read();
            assertThat(answer.complete()).isFalse();
            assertThat(answer.body()).endsWith("event: error\ndata: UPSTREAM_TIMEOUT\n\n");
            assertThat(stage.upstream.hungUp(5000)).isTrue();
        }
    }

    @Test
    void aWholeAnswerThatIsCutBecomesAnError() throws Exception {
        try (Stage stage = new Stage(Stage.relay(false));
                RawClient client = stage.client()) {
            stage.upstream.expect(
                    Script.begin()
                            .raw(
                                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"a\":")
                            .pause(Duration.ofMillis(50))
                            .close(),
                    Script.json("{}"));
            RawClient.Answer answer = client.send(RawClient.post(PATH, "{}")).read();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("UPSTREAM_FAILED");
            assertThat(client.send(RawClient.post(PATH, "{}")).read().status())
                    .as("the connection stays usable")
                    .isEqualTo(200);
        }
    }

    @Test
    void firstByteLateConnectRefusedAndResetAreFailures() throws Exception {
        try (Stage stage = Stage.hurried(Stage.relay(false));
                RawClient client = stage.client()) {
            stage.upstream.expect(
                    Script.begin().hold(),
                    Script.begin().reset(),
                    Script.begin().close());
            assertThat(client.send(RawClient.post(PATH, "{}")).read().body()).contains("UPSTREAM_TIMEOUT");
            assertThat(stage.upstream.hungUp(5000)).isTrue();
            assertThat(client.send(RawClient.post(PATH, "{}")).read().body()).contains("UPSTREAM_FAILED");
            assertThat(client.send(RawClient.post(PATH, "{}")).read().body()).contains("UPSTREAM_FAILED");
        }
    }

    @Test
    void compressedAnswersAreDecoded() throws Exception {
        try (Stage stage = new Stage(Stage.relay(false));
                RawClient client = stage.client()) {
            stage.upstream.expect(
                    Script.answer(200, "application/json", Script.gzip("{\"zip\":true}"), "content-encoding: gzip"));
            RawClient.Answer answer = client.send(RawClient.post(PATH, "{}")).read();
            assertThat(answer.body()).isEqualTo("{\"zip\":true}");
            assertThat(answer.headers()).doesNotContainKey("content-encoding");
        }
    }

    @Test
    void largeBodiesAndEventsPassBothWays() throws Exception {
        String big = "x".repeat(900_000);
        String event = "data: " + "é".repeat(600_000) + "\n\n";
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        try (Stage stage = new Stage(Stage.relay(true));
                RawClient client = stage.client()) {
            Script script = Script.stream();
            // Odd pieces cut characters in the middle.
            for (int i = 0; i < bytes.length; i += 77_777) {
                script = script.chunk(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 77_777)));
            }
            stage.upstream.expect(script.chunk("data: [DONE]\n\n").end());
            client.send(RawClient.post(PATH, big));
            client.head();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] chunk = client.bytes(); chunk.length > 0; chunk = client.bytes()) {
                all.writeBytes(chunk);
            }
            assertThat(all.toString(StandardCharsets.UTF_8)).isEqualTo(event + "data: [DONE]\n\n");
            assertThat(stage.upstream.take().body()).hasSize(900_000);
        }
    }
}
