package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.ChildGateway;
import dev.parley.gateway.testing.Eventually;
import dev.parley.gateway.testing.MockUpstream;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends of a gateway in a process of its own: by SIGTERM in the middle of inference, and by SIGKILL. */
class ProcessIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int LANES = 6;
    private static final String EMBEDDED = """
            server: {host: 127.0.0.1, port: 0, shutdown_grace: %s, admin: {host: 127.0.0.1, port: 0}}
            record: {path: parley.db}
            """;

    @TempDir
    Path folder;

    /** Keeps lanes of requests busy: the encoder (ONNX) scores each, an embedded model answers it. */
    private static final class Load {
        final Queue<String> answered = new ConcurrentLinkedQueue<>();
        final Queue<HttpResponse<String>> odd = new ConcurrentLinkedQueue<>();
        final AtomicBoolean over = new AtomicBoolean();
        final List<CompletableFuture<Void>> lanes = new ArrayList<>();

        Load(ChildGateway gateway) {
            for (int i = 0; i < LANES; i++) {
                lanes.add(lane(gateway, i, 0));
            }
        }

        private CompletableFuture<Void> lane(ChildGateway gateway, int lane, int turn) {
            String question = "What is " + (lane * 100 + turn) + " + 87?";
            return gateway.post(CHAT, TestGateway.chat("auto", question))
                    .handleAsync((answer, error) -> {
                        if (error != null) {
                            over.set(true);
                        } else if (answer.statusCode() == 200) {
                            answered.add(answer.headers()
                                    .firstValue("x-gateway-decision-id")
                                    .orElseThrow());
                        } else {
                            odd.add(answer);
                        }
                        return over.get();
                    })
                    .thenCompose(end -> end ? CompletableFuture.completedFuture(null) : lane(gateway, lane, turn + 1));
        }

        void await() throws Exception {
            CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void sigtermDuringInferenceEndsCleanAndEveryAnswerIsRecorded() throws Exception {
        try (ChildGateway gateway = ChildGateway.start(folder, EMBEDDED.formatted("20s"))) {
            Load load = new Load(gateway);
            Eventually.get(load.answered::size, count -> count >= 30);
            gateway.terminate();
            assertThat(gateway.exit()).as(gateway.log()).isZero();
            load.await();
            assertThat(gateway.log()).doesNotContain("CRASHED", "SIGSEGV", "core dump");
            assertThat(load.odd).as("statuses other than 200").isEmpty();
            Map<String, String> recorded = outcomes();
            assertThat(recorded.keySet()).containsAll(load.answered);
            assertThat(load.answered)
                    .allSatisfy(id -> assertThat(recorded.get(id)).isEqualTo("STOP"));
        }
    }

    @Test
    void whatDoesNotEndWithinTheGraceIsBrokenOffAndRecorded() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (MockUpstream upstream = MockUpstream.start(vertx)) {
            upstream.expect(Script.stream().chunk(OpenAiScripts.piece("begun")).hold());
            String yaml = EMBEDDED.formatted("300ms") + "backends:\n  - {id: one, url: " + upstream.url("/v1")
                    + ", models: [{id: first, price: free}]}\n";
            try (ChildGateway gateway = ChildGateway.start(folder, yaml)) {
                HttpResponse<Stream<String>> stream =
                        gateway.open(CHAT, TestGateway.chat("first", "x", "\"stream\":true"));
                gateway.terminate();
                List<String> lines = read(stream);
                assertThat(lines.getFirst()).contains("begun");
                assertThat(lines).as("no end as if it were whole").doesNotContain("data: [DONE]", "<ended>");
                assertThat(gateway.exit()).as(gateway.log()).isZero();
                assertThat(upstream.hungUp(1000)).isTrue();
                String id = stream.headers().firstValue("x-gateway-decision-id").orElseThrow();
                assertThat(outcomes()).containsKey(id);
                assertThat(outcomes().get(id)).isNotEqualTo("STOP");
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** All lines, and how they ended. */
    private static List<String> read(HttpResponse<Stream<String>> answer) {
        List<String> lines = new ArrayList<>();
        try {
            answer.body().forEach(lines::add);
            lines.add("<ended>");
        } catch (UncheckedIOException cut) {
            lines.add("<cut>");
        }
        return lines;
    }

    @Test
    void inferenceThatOutlivesTheGraceIsEndedAndEachRequestRecorded() throws Exception {
        String yaml = EMBEDDED.formatted("200ms")
                + "backends:\n  - {id: local, kind: moe, max_sequences: 1, models: [parley-text]}\n";
        try (ChildGateway gateway = ChildGateway.start(folder, yaml)) {
            String endless = TestGateway.chat("parley-text", "x", "\"logit_bias\":{\"70\":100},\"max_tokens\":256");
            List<CompletableFuture<Integer>> asked = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                asked.add(gateway.post(CHAT, endless).handle((answer, cut) -> cut == null ? answer.statusCode() : 0));
            }
            Eventually.get(
                    () -> gateway.admin("/metrics").body(),
                    text -> sum(text, "gateway_moe_queued ", "gateway_moe_running ")
                                    + asked.stream()
                                            .filter(CompletableFuture::isDone)
                                            .count()
                            >= asked.size());
            gateway.terminate();
            assertThat(gateway.exit()).as(gateway.log()).isZero();
            assertThat(gateway.log()).doesNotContain("CRASHED", "SIGSEGV");
            Map<String, String> recorded = outcomes();
            assertThat(recorded).hasSameSizeAs(asked);
            long whole = 0;
            for (CompletableFuture<Integer> one : asked) {
                whole += one.get(10, TimeUnit.SECONDS) == 200 ? 1 : 0;
            }
            assertThat(whole).as("some are still computed or queued at the end").isLessThan(asked.size());
            assertThat(recorded.values().stream().filter("LENGTH"::equals).count())
                    .as("recorded as whole: those, or one whose last bytes were lost on the way")
                    .isBetween(whole, whole + 1);
        }
    }

    private static double sum(String metrics, String... names) {
        return metrics.lines()
                .filter(line -> java.util.Arrays.stream(names).anyMatch(line::startsWith))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    @Test
    void killedUnderLoadTheRecordOpensAndHoldsWhatWasCommitted() throws Exception {
        List<String> committed = new ArrayList<>();
        try (ChildGateway gateway = ChildGateway.start(folder, EMBEDDED.formatted("1s"))) {
            Load load = new Load(gateway);
            Eventually.get(load.answered::size, count -> count >= 20);
            JsonNode list = TestGateway.json(
                    gateway.admin("/admin/decisions?limit=1000").body());
            list.forEach(outcome -> committed.add(outcome.path("id").asText()));
            gateway.kill();
            load.await();
        }
        assertThat(committed).hasSizeGreaterThanOrEqualTo(20);
        try (ChildGateway again = ChildGateway.start(folder, EMBEDDED.formatted("1s"))) {
            assertThat(again.admin("/readyz").statusCode()).isEqualTo(200);
            for (String id : committed) {
                var found = again.admin("/admin/decisions/" + id);
                assertThat(found.statusCode()).as(id).isEqualTo(200);
                assertThat(TestGateway.json(found.body()).at("/result/status").asInt())
                        .isEqualTo(200);
            }
            assertThat(again.post(CHAT, TestGateway.chat("auto", "What is 3 + 4?"))
                            .get()
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** What the record holds after the end: finish by id. Fails if the file is damaged. */
    private Map<String, String> outcomes() throws Exception {
        Map<String, String> outcomes = new HashMap<>();
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("parley.db"));
                Statement statement = db.createStatement()) {
            try (ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
                assertThat(check.getString(1)).isEqualTo("ok");
            }
            try (ResultSet rows =
                    statement.executeQuery("SELECT id, json_extract(doc, '$.result.finish') FROM outcome")) {
                while (rows.next()) {
                    outcomes.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return outcomes;
    }
}
