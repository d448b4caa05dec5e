package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Eventually;
import dev.parley.gateway.testing.MockUpstream;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration's file changes under a running gateway. */
class ReloadIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HEAD = """
            server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}}
            record: {path: %s}
            backends:
            """;
    private static final String BACKEND =
            "  - {id: %s, url: %s, max_retries: 0, models: [{id: %s, upstream: up, price: free}]}\n";

    @TempDir
    Path folder;

    @Test
    void aChangeTakesEffectAndARunningStreamGoesOn() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (MockUpstream one = MockUpstream.start(vertx);
                MockUpstream two = MockUpstream.start(vertx)) {
            Path file = folder.resolve("parley.yaml");
            String head = HEAD.formatted(folder.resolve("parley.db"));
            String first = head + BACKEND.formatted("one", one.url("/v1"), "first");
            String second = head + BACKEND.formatted("two", two.url("/v1"), "second");
            Files.writeString(file, first);
            try (TestGateway gateway = TestGateway.watching(file)) {
                Promise<Void> go = Promise.promise();
                one.expect(Script.stream()
                        .chunk(OpenAiScripts.piece("begun under the old"))
                        .await(go.future())
                        .chunk(OpenAiScripts.ending())
                        .end());
                var stream = gateway.open(CHAT, TestGateway.chat("first", "x", "\"stream\":true"));
                Files.writeString(file, second);
                awaitModel(gateway, "second");
                two.expect(OpenAiScripts.answer("new"));
                assertThat(gateway.post(CHAT, TestGateway.chat("second", "x")).statusCode())
                        .isEqualTo(200);
                assertThat(gateway.post(CHAT, TestGateway.chat("first", "x")).statusCode())
                        .as("its backend is gone")
                        .isEqualTo(404);
                assertThat(gateway.admin("/metrics").body())
                        .contains("gateway_backend_state{backend=\"two\"} 0.0")
                        .doesNotContain("gateway_backend_state{backend=\"one\"}");
                go.complete();
                assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("begun under the old")
                        .endsWith("data: [DONE]\n\n");
                JsonNode outcome = gateway.outcome(stream);
                assertThat(outcome.at("/calls/0/backend").asText()).isEqualTo("one");
                assertThat(outcome.at("/calls/0/status").asText()).isEqualTo("ok");
                assertThat(one.closed(10_000))
                        .as("nothing stays connected to a backend that has gone")
                        .isTrue();
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aWrongChangeIsRefusedAloudAndTheOldConfigurationStays() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (MockUpstream one = MockUpstream.start(vertx)) {
            Path file = folder.resolve("parley.yaml");
            String right =
                    HEAD.formatted(folder.resolve("parley.db")) + BACKEND.formatted("one", one.url("/v1"), "first");
            Files.writeString(file, right);
            try (TestGateway gateway = TestGateway.watching(file)) {
                Files.writeString(file, right + "rooting: {}\ncache: {ttl: soon}\n");
                JsonNode told = TestGateway.json(Eventually.get(
                                () -> gateway.admin("/readyz"), r -> r.body().contains("configuration"))
                        .body());
                assertThat(told.path("status").asText()).isEqualTo("ready");
                assertThat(told.at("/degraded/configuration").asText())
                        .as("all faults, with the remedy")
                        .contains("rooting")
                        .contains("routing")
                        .contains("cache.ttl");
                one.expect(OpenAiScripts.answer("still here"));
                assertThat(gateway.post(CHAT, TestGateway.chat("first", "x")).body())
                        .contains("still here");
                Files.writeString(file, right.replace("first", "renamed"));
                awaitModel(gateway, "renamed");
                assertThat(gateway.admin("/readyz").body()).doesNotContain("configuration");
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** They are loaded at the start: requests for what is not there would fail one by one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {id: local, kind: moe, models: [parley-math, ghost]}            | 'local' has loaded no model 'ghost'
            {id: local, kind: moe, directory: /no, models: [parley-math]}   | 'local' is new or changed
            {id: other, kind: moe, models: [parley-math]}                   | 'other' is new or changed
            """)
    void aLocalModelThatIsNotLoadedIsRefused(String backend, String fault) throws Exception {
        Path file = folder.resolve("parley.yaml");
        String head = HEAD.formatted(folder.resolve("parley.db"));
        String loaded = head + "  - {id: local, kind: moe, models: [parley-math, parley-text]}\n";
        Files.writeString(file, loaded);
        try (TestGateway gateway = TestGateway.watching(file)) {
            Files.writeString(file, head + "  - " + backend + "\n");
            String told = Eventually.get(
                            () -> gateway.admin("/readyz"), r -> r.body().contains("configuration"))
                    .body();
            assertThat(told).contains(fault);
            assertThat(gateway.ask("parley-math", "What is 3 + 4?").get(30, TimeUnit.SECONDS))
                    .contains("7");
            assertThat(gateway.get("/v1/models").body()).contains("parley-text").doesNotContain("ghost");
            Files.writeString(file, loaded.replace(", parley-text", ""));
            Eventually.get(() -> gateway.get("/v1/models").body(), body -> !body.contains("parley-text"));
        }
    }

    @Test
    void aLocalModelThatDoesNotExistIsToldAtTheStart() {
        String ghost = HEAD.formatted(folder.resolve("parley.db")) + "  - {id: local, kind: moe, models: [ghost]}\n";
        assertThatThrownBy(() -> TestGateway.of(ghost, Map.of()))
                .hasStackTraceContaining("Backend 'local' has loaded no model 'ghost'")
                .hasStackTraceContaining("parley-math");
    }

    private static void awaitModel(TestGateway gateway, String id) throws Exception {
        Eventually.get(() -> gateway.get("/v1/models").body(), body -> body.contains("\"id\":\"" + id + "\""));
    }
}
