package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router that asks a language model (docs/routers.md, {@code llm}). The model is scripted, for its answers must be known. */
class AdviserIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String ROUTER = """
            policies: [{id: advised, kind: weighted, cost_weight: 0, router: concierge}]
            routers: [{id: concierge, kind: llm, model: second, out_of_scope: second, deadline: %s}]
            models:
              - id: painter
                backend: one
                upstream: up
                price: {input: 1, output: 2}
                card: {quality: 0.1, description: Describes paintings.}
            """;
    private static final String PATIENT = ROUTER.formatted("30s");

    @TempDir
    Path folder;

    @Test
    void theModelsItNamesAnswerInItsOrder() throws Exception {
        try (Fleet fleet = Fleet.start(folder, PATIENT)) {
            fleet.two.expect(OpenAiScripts.answer("<Reason>It is art.</Reason><ID>painter</ID> <id>second</id>"));
            fleet.one.expect(OpenAiScripts.answer("It smiles."));
            HttpResponse<String> answer = fleet.gateway.post(
                    CHAT, TestGateway.chat("auto:advised", "What does she do?", "\"gateway\":{\"explain\":true}"));
            assertThat(answer.headers().firstValue("x-gateway-model")).contains("painter");
            assertThat(answer.headers().firstValue("x-gateway-router")).contains("concierge");
            JsonNode explained = TestGateway.json(answer.body()).path("gateway");
            assertThat(explained.path("advice").asText()).isEqualTo("It is art.");
            assertThat(explained.path("reason").asText()).contains("painter", "named by second");
            assertThat(explained.path("candidates").findValuesAsText("model")).startsWith("painter", "second");
            String asked = fleet.two.take().text();
            assertThat(asked)
                    .contains("<ID>painter</ID><Description>Describes paintings.", "USER: What does she do?")
                    .contains("\"temperature\":0", "\"type\":\"json_schema\"", "\"enum\":[\"first\"");
            JsonNode outcome = fleet.gateway.outcome(answer);
            assertThat(outcome.path("calls").findValuesAsText("model")).containsExactly("second", "painter");
            assertThat(outcome.toString()).doesNotContain("It is art");
        }
    }

    @Test
    void whatSuitsNoneGoesWhereItShould() throws Exception {
        try (Fleet fleet = Fleet.start(folder, PATIENT)) {
            fleet.two.expect(OpenAiScripts.answer("<ID>OOS</ID>"), OpenAiScripts.answer("x"));
            HttpResponse<String> answer = fleet.gateway.post(CHAT, TestGateway.chat("auto:advised", "x"));
            assertThat(answer.headers().firstValue("x-gateway-model")).contains("second");
            assertThat(fleet.gateway
                            .outcome(answer)
                            .path("decision")
                            .path("reason")
                            .asText())
                    .contains("out of the scope of all, says second");
        }
    }

    @Test
    void withoutAdviceTheGraphDecidesAndSaysSo() throws Exception {
        try (Fleet fleet = Fleet.start(folder, PATIENT)) {
            fleet.two.expect(OpenAiScripts.answer("Ask Alice."));
            expectTheGraph(fleet, "it named none of the models");
            fleet.two.expect(OpenAiScripts.fault(500));
            expectTheGraph(fleet, "failed (UPSTREAM_FAILED)");
        }
    }

    @Test
    void lateAdviceIsNotWaitedFor() throws Exception {
        try (Fleet fleet = Fleet.start(folder, ROUTER.formatted("50ms"))) {
            fleet.two.expect(Script.begin().hold());
            expectTheGraph(fleet, "too late");
            assertThat(fleet.two.hungUp(5000)).isTrue();
        }
    }

    private static void expectTheGraph(Fleet fleet, String why) throws Exception {
        fleet.one.expect(OpenAiScripts.answer("x"));
        HttpResponse<String> answer = fleet.gateway.post(CHAT, TestGateway.chat("auto:advised", "x"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-gateway-model")).contains("first");
        assertThat(answer.headers().firstValue("x-gateway-router")).contains("graph");
        assertThat(answer.headers().firstValue("x-gateway-warnings").orElse(""))
                .contains("router 'concierge': 'second' gave no advice (" + why + "); the graph decided");
    }

    @Test
    void insideAToolLoopNobodyIsAsked() throws Exception {
        try (Fleet fleet = Fleet.start(folder, PATIENT)) {
            fleet.one.expect(OpenAiScripts.answer("x"));
            String loop = """
                    {"model":"auto:advised","messages":[{"role":"user","content":"x"},
                     {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
                     {"role":"tool","tool_call_id":"c","content":"1"}]}""";
            HttpResponse<String> answer = fleet.gateway.post(CHAT, loop);
            assertThat(answer.headers().firstValue("x-gateway-model"))
                    .as(answer.body())
                    .contains("first");
        }
    }

    @Test
    void whoHasNoMoneyLeftCausesNoCall() throws Exception {
        String keys = PATIENT + """
                keys: [{id: poor, secret: "${KEY_A}", budget: {usd: 0.000001, period: 1d}}]
                """;
        try (Fleet fleet = Fleet.start(folder, keys)) {
            String wordy = TestGateway.chat("auto:advised", "many words ".repeat(200));
            HttpResponse<String> refused = fleet.gateway.post(CHAT, wordy, "authorization", "Bearer key-a");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
            assertThat(fleet.two.requests()).isEmpty();
        }
    }

    @Test
    void aClientThatLeavesEndsTheAsking() throws Exception {
        try (Fleet fleet = Fleet.start(folder, PATIENT)) {
            fleet.two.expect(Script.begin().hold());
            var leaving = fleet.gateway.postLater(CHAT, TestGateway.chat("auto:advised", "x"));
            fleet.two.take();
            leaving.cancel(true);
            assertThat(fleet.two.hungUp(5000)).isTrue();
        }
    }
}
