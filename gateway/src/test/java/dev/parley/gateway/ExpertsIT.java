package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.Script;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.moe.MoeModel;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code moe} member and variants of a model, on the shipped weights, in every protocol. */
class ExpertsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PERU = "What is the capital of Peru?";
    private static final List<Integer> EXPERTS = List.of(0, 1, 2, 3, 4, 5, 6, 7, 1, 0, 0, 2, 3, 2, 1, 3);
    private static final String TELL = "\"moe\":{\"telemetry\":true}";

    @TempDir
    static Path folder;

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = variants("main", "");
    }

    private static TestGateway variants(String name, String graph) throws Exception {
        return TestGateway.of("""
                server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}}
                record: {path: %s}
                routing: {graph: "%s"}
                backends:
                  - id: local
                    kind: moe
                    models:
                      - parley-facts
                      - {id: parley-facts@k1, upstream: parley-facts, moe: {experts: 1}, price: {input: 0.01, output: 0.02}}
                      - {id: parley-facts@k4, upstream: parley-facts, moe: {experts: 4}, price: {input: 0.04, output: 0.08}}
                """.formatted(folder.resolve(name + ".db"), graph), Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String body(String path, String moe, boolean stream) {
        String question = switch (path) {
            case "/v1/responses" -> "\"input\":\"" + PERU + "\"";
            case "/v1/completions", "/api/generate" -> "\"prompt\":\"" + PERU + "\"";
            default -> "\"max_tokens\":32,\"messages\":[{\"role\":\"user\",\"content\":\"" + PERU + "\"}]";
        };
        return "{\"model\":\"parley-facts\"," + question + ",\"stream\":" + stream + "," + moe + "}";
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, /choices/0/moe",
        "/v1/completions, /choices/0/moe",
        "/v1/responses, /moe",
        "/v1/messages, /moe",
        "/api/chat, /moe",
        "/api/generate, /moe"
    })
    void controlsAndTelemetryInEveryProtocol(String path, String place) throws Exception {
        String three = "\"moe\":{\"experts\":3,\"telemetry\":true}";
        var answer = gateway.post(path, body(path, three, false));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("Lima");
        JsonNode moe = TestGateway.json(answer.body()).at(place);
        assertThat(moe.path("experts_per_token").asDouble()).isEqualTo(3);
        assertThat(moe.path("gate_entropy").size()).isEqualTo(4);
        assertThat(moe.at("/confidence/min").asDouble()).isBetween(0.01, 1.0);
        JsonNode tokens = moe.path("routed_experts");
        assertThat(tokens.size()).as("L, i, m, a and the end").isEqualTo(5);
        assertThat(tokens)
                .allSatisfy(layers -> assertThat(layers)
                        .hasSize(4)
                        .allSatisfy(experts -> assertThat(experts).hasSize(3)));
        String streamed = gateway.post(path, body(path, three, true)).body();
        assertThat(streamed).containsOnlyOnce("\"moe\":{\"experts_per_token\":3");
        assertAlike(toldIn(streamed), moe);
        assertThat(gateway.post(path, body(path, "\"moe\":{\"experts\":3}", false))
                        .body())
                .doesNotContain("routed_experts");
        var wrong = gateway.post(path, body(path, "\"moe\":{\"experts\":9}", false));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("moe.experts: parley-facts cannot do so: it has 8 experts a layer, not 9. Ask for fewer.");
        var unknown = gateway.post(path, body(path, "\"moe\":{\"exprets\":1}", true));
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("Unknown field 'moe.exprets'");
    }

    @Test
    void aCalibratedSetIsKeptTo() throws Exception {
        JsonNode sets;
        try (var in = Objects.requireNonNull(
                MoeModel.class.getResourceAsStream("/dev/parley/moe/models/parley-facts.experts.json"))) {
            sets = TestGateway.json(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .path("sets");
        }
        JsonNode layers = sets.at("/capital/layers");
        assertThat(layers).anySatisfy(layer -> assertThat(layer).hasSizeLessThan(8));
        JsonNode moe = moe(gateway.post(
                CHAT,
                TestGateway.chat("parley-facts", PERU, "\"moe\":{\"expert_set\":\"capital\",\"telemetry\":true}")));
        moe.path("routed_experts").forEach(token -> {
            for (int layer = 0; layer < layers.size(); layer++) {
                assertThat(layers.path(layer)).containsAll(token.path(layer));
            }
        });
        var unknown = gateway.post(CHAT, TestGateway.chat("parley-facts", PERU, "\"moe\":{\"expert_set\":\"law\"}"));
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("there is no set 'law'; calibrated are: all, capital, continent,");
    }

    @Test
    void aVariantIsTheModelWithItsDefaults() throws Exception {
        JsonNode variant = moe(gateway.post(CHAT, TestGateway.chat("parley-facts@k1", PERU, TELL)));
        JsonNode asked = moe(gateway.post(
                CHAT, TestGateway.chat("parley-facts", PERU, "\"moe\":{\"experts\":1,\"telemetry\":true}")));
        assertAlike(variant, asked);
        assertThat(variant.path("experts_per_token").asDouble()).isEqualTo(1);
        JsonNode overruled = moe(gateway.post(
                CHAT, TestGateway.chat("parley-facts@k1", PERU, "\"moe\":{\"experts\":2,\"telemetry\":true}")));
        assertThat(overruled.path("experts_per_token").asDouble())
                .as("what a request says counts more")
                .isEqualTo(2);
        assertAlike(overruled, moe(gateway.post(CHAT, TestGateway.chat("parley-facts", PERU, TELL))));
    }

    /** Dynamic Experts Search (arXiv:2509.22572) needs nothing of its own: a fan-out over variants, and a vote. */
    @Test
    void expertCountsVote() throws Exception {
        var answer = gateway.post(
                CHAT,
                TestGateway.chat(
                        "auto",
                        PERU,
                        "\"gateway\":{\"strategy\":\"fanout\",\"fanout\":{\"n\":3,\"aggregate\":\"vote\"}}",
                        TELL));
        assertThat(answer.body()).contains("Lima");
        JsonNode calls = gateway.outcome(answer).path("calls");
        assertThat(StreamSupport.stream(calls.spliterator(), false)
                        .map(call -> call.path("model").asText() + " "
                                + call.at("/moe/experts_per_token").asDouble()))
                .containsExactlyInAnyOrder("parley-facts 2.0", "parley-facts@k1 1.0", "parley-facts@k4 4.0");
    }

    /** Each variant gets predictions of its own from its own outcomes. */
    @Test
    void calibrationTellsVariantsApart() throws Exception {
        List<Calibrator.Question> questions =
                Calibrator.questions(Path.of("src/test/resources/questions/heldout.jsonl")).stream()
                        .filter(q -> List.of("capital", "symbol", "element").contains(q.task()))
                        .limit(40)
                        .toList();
        Path graph = folder.resolve("graph.json");
        Files.write(
                graph,
                gateway.gateway()
                        .calibrate(
                                questions,
                                RoutingGraph.empty(),
                                ProbeLog.open(folder.resolve("answers.jsonl")),
                                new java.io.PrintWriter(new java.io.StringWriter())));
        try (TestGateway calibrated = variants("calibrated", graph.toString())) {
            var answer = calibrated.post(
                    CHAT, TestGateway.chat("auto:quality", PERU, "\"gateway\":{\"explain\":true,\"dry_run\":true}"));
            JsonNode candidates = TestGateway.json(answer.body()).path("candidates");
            assertThat(candidates).hasSize(3);
            Map<String, Double> scores = new java.util.HashMap<>();
            candidates.forEach(
                    c -> scores.put(c.path("model").asText(), c.path("score").asDouble()));
            assertThat(scores.get("parley-facts"))
                    .as("fewer experts than trained with know less: %s", scores)
                    .isGreaterThan(scores.get("parley-facts@k1"));
        }
    }

    @Test
    void theRecordAndTheMetricsKeepIt() throws Exception {
        var answer = gateway.post(CHAT, TestGateway.chat("parley-facts", PERU));
        assertThat(answer.body()).doesNotContain("\"moe\"");
        JsonNode moe = gateway.outcome(answer).at("/calls/0/moe");
        assertThat(moe.path("experts_per_token").asDouble()).isEqualTo(2);
        assertThat(moe.path("gate_entropy").asDouble()).isBetween(0.01, Math.log(8));
        assertThat(moe.path("confidence_min").asDouble())
                .isLessThanOrEqualTo(moe.path("confidence_mean").asDouble());
        String metrics = gateway.admin("/metrics").body();
        assertThat(metrics)
                .contains("gateway_moe_experts_count{model=\"parley-facts\"}")
                .contains("gateway_moe_confidence_percent_count{model=\"parley-facts\"}")
                .containsPattern("gateway_moe_gate_entropy\\{layer=\"3\",model=\"parley-facts\"} [01]\\.[0-9]*[1-9]")
                .containsPattern("gateway_moe_gate_busiest\\{layer=\"0\",model=\"parley-facts\"} 0\\.[0-9]*[1-9]");
    }

    /** An expert takes 31,104 bytes in memory, all 32 take 995,328: half of them may stay. */
    @Test
    void expertsMayStayInTheirFiles() throws Exception {
        Path models = Files.createDirectory(folder.resolve("models"));
        try (var in = Objects.requireNonNull(
                MoeModel.class.getResourceAsStream("/dev/parley/moe/models/parley-facts.gguf"))) {
            Files.copy(in, models.resolve("facts.gguf"));
        }
        String yaml = """
                server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}}
                record: {path: %s}
                backends:
                  - {id: local, kind: moe, directory: %s, experts_memory: 486KiB, models: [parley-facts]}
                """.formatted(folder.resolve("cached.db"), models);
        String body = TestGateway.chat("parley-facts", PERU, TELL, "\"logprobs\":true");
        try (TestGateway cached = TestGateway.of(yaml, Map.of())) {
            JsonNode there = TestGateway.json(cached.post(CHAT, body).body()).path("choices");
            JsonNode here = TestGateway.json(gateway.post(CHAT, body).body()).path("choices");
            assertThat(there.at("/0/message/content").asText()).isEqualTo("Lima");
            assertAlike(there.at("/0/moe"), here.at("/0/moe"));
            String metrics = cached.admin("/metrics").body();
            assertThat(metrics)
                    .containsPattern("gateway_moe_cache_hits_total [1-9]")
                    .containsPattern("gateway_moe_cache_misses_total [1-9]")
                    .contains("gateway_moe_cache_resident_bytes 497664.0")
                    .containsPattern("gateway_moe_cache_recall 0\\.[6-9]");
        }
    }

    @Test
    void aServerElsewhereHasNoControls() throws Exception {
        String moe = "\"moe\":{\"experts\":1}";
        try (Fleet fleet = Fleet.start(folder.resolve("fleet"), "")) {
            fleet.one.expect(Script.json(chat("", "")));
            var relayed = fleet.gateway.post(CHAT, TestGateway.chat("first", "x", moe));
            assertThat(relayed.statusCode()).as(relayed.body()).isEqualTo(200);
            assertThat(relayed.headers().firstValue("x-gateway-warnings").orElse(""))
                    .isEqualTo("moe: expert controls dropped, backend 'one' has none");
            assertThat(fleet.one.take().text()).doesNotContain("moe").doesNotContain("experts");
            fleet.one.expect(Script.json(chat("", "")));
            var translated =
                    fleet.gateway.post("/v1/messages", TestGateway.chat("first", "x", "\"max_tokens\":5", moe));
            assertThat(translated.headers().firstValue("x-gateway-warnings").orElse(""))
                    .contains("moe: expert controls dropped");
            assertThat(fleet.one.take().text()).doesNotContain("moe");
        }
        try (Fleet fleet = Fleet.start(
                folder.resolve("strict"),
                "server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}, strict: true}\n")) {
            var refused = fleet.gateway.post(CHAT, TestGateway.chat("first", "x", moe));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("Strict mode: moe: expert controls dropped, backend 'one' has none.");
        }
    }

    /** 2 prompt tokens, 3 of the answer, 2 layers, 2 experts: rows 0 to 3, of which the last 3 made the answer. */
    @Test
    void vllmAndSglangTellTheirExpertsInOurForm() throws Exception {
        String expected = "[[[4,5],[6,7]],[[1,0],[0,2]],[[3,2],[1,3]]]";
        String vllm = numpyFile();
        String sglang = bareNumbers();
        try (Fleet fleet = Fleet.start(folder.resolve("telling"), "")) {
            fleet.one.expect(Script.json(chat(",\"routed_experts\":\"" + vllm + "\"", "")));
            JsonNode fromVllm = moe(fleet.gateway.post(CHAT, TestGateway.chat("first", "x", TELL)));
            assertThat(fromVllm.path("routed_experts")).hasToString(expected);
            assertThat(fromVllm.path("experts_per_token").asInt()).isEqualTo(2);
            assertThat(fleet.one.take().text())
                    .contains("\"return_routed_experts\":true")
                    .doesNotContain("\"moe\"");
            fleet.one.expect(Script.json(chat("", ",\"sglext\":{\"routed_experts\":\"" + sglang + "\"}")));
            var claude = fleet.gateway.post("/v1/messages", TestGateway.chat("first", "x", "\"max_tokens\":5", TELL));
            assertThat(TestGateway.json(claude.body()).at("/moe/routed_experts"))
                    .hasToString(expected);
            assertThat(fleet.one.take().text()).contains("\"return_routed_experts\":true");
            fleet.one.expect(Script.events(
                    "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}",
                    "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                    "{\"id\":\"c\",\"choices\":[],\"sglext\":{\"routed_experts\":\"" + sglang + "\"}}",
                    "{\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3,"
                            + "\"total_tokens\":5}}",
                    "[DONE]"));
            HttpResponse<String> streamed =
                    fleet.gateway.post(CHAT, TestGateway.chat("first", "x", "\"stream\":true", TELL));
            assertThat(streamed.body())
                    .containsOnlyOnce("\"routed_experts\":" + expected)
                    .endsWith("data: [DONE]\n\n");
            assertThat(streamed.body().indexOf("routed_experts"))
                    .as("before the end of the choice")
                    .isLessThan(streamed.body().indexOf("\"finish_reason\":\"stop\""));
            assertThat(fleet.gateway
                            .outcome(streamed)
                            .at("/calls/0/moe/experts_per_token")
                            .asInt())
                    .isEqualTo(2);
            fleet.one.expect(Script.json(chat(",\"routed_experts\":\"no base64!\"", "")));
            var odd = fleet.gateway.post(CHAT, TestGateway.chat("first", "x", TELL));
            assertThat(odd.statusCode()).isEqualTo(200);
            assertThat(odd.body()).contains("hi").doesNotContain("\"moe\"");
        }
    }

    private static String bareNumbers() {
        ByteBuffer bare = ByteBuffer.allocate(4 * EXPERTS.size()).order(ByteOrder.LITTLE_ENDIAN);
        EXPERTS.forEach(bare::putInt);
        return Base64.getEncoder().encodeToString(bare.array());
    }

    private static String numpyFile() {
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 2, 2), }" + " ".repeat(56) + "\n";
        ByteBuffer file =
                ByteBuffer.allocate(10 + header.length() + EXPERTS.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.put("\u0093NUMPY\u0001\u0000".getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) header.length());
        file.put(header.getBytes(StandardCharsets.US_ASCII));
        EXPERTS.forEach(e -> file.put(e.byteValue()));
        return Base64.getEncoder().encodeToString(file.array());
    }

    private static String chat(String choice, String more) {
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"up\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"" + choice
                + "}],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3,\"total_tokens\":5}" + more + "}";
    }

    /** The member as it stands in the bytes of a stream. */
    private static JsonNode toldIn(String stream) {
        int start = stream.indexOf("\"moe\":") + 6;
        return TestGateway.json(stream.substring(start, stream.indexOf("]]]}", start) + 4));
    }

    /** The same experts but for near ties: a gateway changes to faster kernels, which round otherwise, once they are compiled. */
    private static void assertAlike(JsonNode moe, JsonNode other) {
        JsonNode tokens = moe.path("routed_experts");
        JsonNode others = other.path("routed_experts");
        assertThat(tokens.size()).isPositive().isEqualTo(others.size());
        int same = 0;
        int all = 0;
        for (int t = 0; t < tokens.size(); t++) {
            for (int layer = 0; layer < tokens.path(t).size(); layer++) {
                JsonNode here = tokens.path(t).path(layer);
                same += here.equals(others.path(t).path(layer)) ? 1 : 0;
                all++;
            }
        }
        assertThat(same).as("%s and %s", moe, other).isGreaterThanOrEqualTo(all * 4 / 5);
    }

    private static JsonNode moe(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode moe = TestGateway.json(answer.body()).at("/choices/0/moe");
        assertThat(moe.isObject()).as(answer.body()).isTrue();
        return moe;
    }

    /** Of the five shipped models, as `parley moe inspect` says; speeds are worked out only when they are asked for. */
    @Test
    void theManagementSideKnowsWhatModelsTake() throws Exception {
        String said = gateway.admin("/admin/capacity").body();
        assertThat(said)
                .contains("\"model\":\"parley-facts\"", "\"model\":\"parley-general\"")
                .containsPattern(
                        "\"weight_bytes\":[1-9]\\d{6},\"token_read_bytes\":[1-9]\\d{5},\"kv_bytes_per_token\":\\d{4}")
                .contains("\"foretold\":null")
                .containsPattern("\"kv_held_bytes\":\\d+");
    }
}
