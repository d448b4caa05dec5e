package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.http.RawClient;
import dev.parley.gateway.testing.Eventually;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /readyz} says whether clients should come, and why not. */
class HealthIT {
    private static final String CHAT = "/v1/chat/completions";

    @TempDir
    Path folder;

    @Test
    void readyAtOnceAndWarmSoon() throws Exception {
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            assertThat(gateway.admin("/healthz").statusCode()).isEqualTo(200);
            assertThat(gateway.admin("/readyz").statusCode()).isEqualTo(200);
            JsonNode warm = TestGateway.json(Eventually.get(
                            () -> gateway.admin("/readyz"),
                            answer -> !answer.body().contains("embedded_models"))
                    .body());
            assertThat(warm.path("status").asText()).isEqualTo("ready");
            assertThat(warm.path("waiting_for").size()).isZero();
            assertThat(warm.path("degraded").size()).isZero();
        }
    }

    @Test
    void anOutcomeLogThatCannotBeWrittenIsNotReadyUntilItCan() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(OpenAiScripts.answer("kept"));
            HttpResponse<String> answer;
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("parley.db"));
                    Statement lock = other.createStatement()) {
                lock.execute("BEGIN IMMEDIATE");
                answer = fleet.gateway.post(CHAT, TestGateway.chat("first", "x"));
                assertThat(answer.statusCode()).isEqualTo(200);
                var unready = Eventually.get(() -> fleet.gateway.admin("/readyz"), r -> r.statusCode() == 503);
                assertThat(TestGateway.json(unready.body())
                                .at("/waiting_for/outcome_log")
                                .asText())
                        .contains("the last write failed");
                lock.execute("ROLLBACK");
            }
            Eventually.get(() -> fleet.gateway.admin("/readyz"), r -> r.statusCode() == 200);
            assertThat(fleet.gateway.outcome(answer).at("/result/status").asInt())
                    .isEqualTo(200);
        }
    }

    @Test
    void aDeletedOutcomeLogIsNotReady() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            Files.delete(folder.resolve("parley.db"));
            var answer = fleet.gateway.admin("/readyz");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(TestGateway.json(answer.body())
                            .at("/waiting_for/outcome_log")
                            .asText())
                    .contains("gone");
        }
    }

    @Test
    void whileItDrainsItIsNotReadyAndRunningRequestsEndWhole() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            Promise<Void> go = Promise.promise();
            fleet.one.expect(Script.stream()
                    .chunk(OpenAiScripts.piece("begun"))
                    .await(go.future())
                    .chunk(OpenAiScripts.ending())
                    .end());
            var stream = fleet.gateway.open(CHAT, TestGateway.chat("first", "x", "\"stream\":true"));
            Thread closing = Thread.ofPlatform().start(fleet.gateway.gateway()::close);
            var answer = Eventually.get(() -> fleet.gateway.admin("/readyz"), r -> r.statusCode() == 503);
            assertThat(TestGateway.json(answer.body())
                            .at("/waiting_for/shutdown")
                            .asText())
                    .isNotEmpty();
            go.complete();
            assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("begun")
                    .endsWith("data: [DONE]\n\n");
            closing.join();
        }
    }

    @Test
    void repliesWhileItDrainsSayThatTheConnectionEnds() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            Promise<Void> go = Promise.promise();
            fleet.one.expect(
                    OpenAiScripts.answer("before"),
                    Script.begin().await(go.future()).then(OpenAiScripts.answer("last")));
            try (RawClient client = new RawClient(fleet.gateway.gateway().port())) {
                String request = RawClient.post(CHAT, TestGateway.chat("first", "x"));
                assertThat(client.send(request).read().header("connection")).isEmpty();
                fleet.one.take();
                client.send(request);
                fleet.one.take();
                Thread closing = Thread.ofPlatform().start(fleet.gateway.gateway()::close);
                Eventually.get(() -> fleet.gateway.admin("/readyz"), r -> r.statusCode() == 503);
                go.complete();
                var last = client.read();
                assertThat(last.body()).contains("last");
                assertThat(last.header("connection")).isEqualTo("close");
                assertThat(client.closedByPeer()).isTrue();
                closing.join();
            }
        }
    }

    @Test
    void aLateEncoderAndADeadBackendAreDegradedOnly() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "routing: {deadline: 1ms}\n")) {
            for (int i = 0; i < 3; i++) {
                fleet.one.expect(OpenAiScripts.fault(500));
                fleet.two.expect(OpenAiScripts.answer("x"));
                String body = TestGateway.chat("auto:quality", "a question of many words, ".repeat(60));
                assertThat(fleet.gateway.post(CHAT, body).statusCode()).isEqualTo(200);
            }
            var answer = Eventually.get(
                    () -> fleet.gateway.admin("/readyz"), r -> r.body().contains("encoder"));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(TestGateway.json(answer.body()).at("/degraded").fieldNames())
                    .toIterable()
                    .contains("encoder", "backend one");
        }
    }
}
