package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Eventually;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call for embeddings leaves one outcome, as a chat does. */
class EmbeddingsIT {
    private static final String ANSWER = "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
            + "\"embedding\":[0.25]}],\"model\":\"up\",\"usage\":{\"prompt_tokens\":41,\"total_tokens\":41}}";
    private static final String ASK = "{\"model\":\"vectors\",\"input\":\"a cat\"}";

    @TempDir
    Path folder;

    @Test
    void aRelayedCallIsRecordedWithTheBackendsUsage() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(Script.json(ANSWER));
            var answer = fleet.gateway.post("/v1/embeddings", ASK);
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode outcome = fleet.gateway.outcome(answer);
            assertThat(outcome.at("/asked/protocol").asText()).isEqualTo("OPENAI_EMBEDDINGS");
            assertThat(outcome.at("/calls/0/status").asText()).isEqualTo("ok");
            assertThat(outcome.at("/calls/0/backend").asText()).isEqualTo("one");
            assertThat(outcome.at("/usage/input_tokens").asInt()).isEqualTo(41);
            assertThat(outcome.at("/cost_nano_usd").asLong()).isEqualTo(41_000);
            assertThat(fleet.gateway.admin("/metrics").body())
                    .contains("gateway_requests_total{model=\"vectors\",protocol=\"OPENAI_EMBEDDINGS\","
                            + "route=\"/v1/embeddings\",status=\"200\"} 1.0");
        }
    }

    @Test
    void failuresAreRecordedAsSuch() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(OpenAiScripts.fault(500));
            var failed = fleet.gateway.post("/v1/embeddings", ASK);
            assertThat(failed.statusCode()).isEqualTo(502);
            assertThat(fleet.gateway.outcome(failed).at("/calls/0/status").asText())
                    .isEqualTo("UPSTREAM_FAILED");
            var unknown = fleet.gateway.post("/v1/embeddings", "{\"model\":\"nope\",\"input\":\"x\"}");
            assertThat(unknown.statusCode()).isEqualTo(404);
            JsonNode outcome = fleet.gateway.outcome(unknown);
            assertThat(outcome.at("/result/finish").asText()).isEqualTo("MODEL_NOT_FOUND");
            assertThat(outcome.path("calls").size()).isZero();
        }
    }

    /** What comes of it counts for the backend, whatever it was asked for. */
    @Test
    void failuresAndAnswersCountForTheBackend() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(OpenAiScripts.fault(500), Script.json(ANSWER));
            assertThat(fleet.gateway.post("/v1/embeddings", ASK).statusCode()).isEqualTo(502);
            assertThat(fleet.gateway.admin("/metrics").body()).contains("gateway_backend_state{backend=\"one\"} 1.0");
            assertThat(fleet.gateway.post("/v1/embeddings", ASK).statusCode()).isEqualTo(200);
            assertThat(fleet.gateway.admin("/metrics").body()).contains("gateway_backend_state{backend=\"one\"} 0.0");
        }
    }

    @Test
    void aClientThatLeavesEndsTheCallAndIsRecorded() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(Script.begin().hold());
            var answer = fleet.gateway.postLater("/v1/embeddings", ASK);
            fleet.one.take();
            answer.cancel(true);
            assertThat(fleet.one.hungUp(1000)).isTrue();
            var list = Eventually.get(
                    () -> fleet.gateway.admin("/admin/decisions").body(), text -> text.contains("CANCELLED"));
            assertThat(TestGateway.json(list).at("/0/calls/0/status").asText()).isEqualTo("cancelled");
        }
    }

    @Test
    void theEmbeddedModelCountsItsTokens() throws Exception {
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            var openai =
                    gateway.post("/v1/embeddings", "{\"model\":\"all-minilm-l6-v2\",\"input\":[\"a cat\",\"a dog\"]}");
            check(gateway, openai, "OPENAI_EMBEDDINGS");
            check(
                    gateway,
                    gateway.post("/api/embed", "{\"model\":\"all-minilm-l6-v2\",\"input\":[\"a cat\",\"a dog\"]}"),
                    "OLLAMA_EMBEDDINGS");
            assertThat(openai.headers().firstValue("x-gateway-backend")).contains("embedder");
        }
    }

    private static void check(TestGateway gateway, HttpResponse<String> answer, String protocol) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode outcome = gateway.outcome(answer);
        assertThat(outcome.at("/asked/protocol").asText()).isEqualTo(protocol);
        assertThat(outcome.at("/decision/selected").asText()).isEqualTo("all-minilm-l6-v2");
        assertThat(outcome.at("/usage/input_tokens").asInt()).isEqualTo(8);
        assertThat(outcome.at("/usage/estimated").asBoolean()).isFalse();
    }
}
