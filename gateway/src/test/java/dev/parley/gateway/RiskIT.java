package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.PolicySpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.calibrate.HeldOut;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tolerated loss sets a policy's threshold, and the gateway tells whether its graph is worth its trouble: over the shipped graph. */
class RiskIT {
    @TempDir
    Path folder;

    private String yaml(String loss) {
        return """
                server: {port: 0, admin: {port: 0}}
                record: {path: %s}
                policies:
                  - {id: safe, kind: threshold, strong: parley-facts, weak: parley-math, risk: %s}
                """.formatted(folder.resolve("parley.db"), loss);
    }

    @Test
    void questionsGoToTheWeakModelWhereLittleIsLost() throws Exception {
        try (TestGateway gateway = TestGateway.of(yaml("{loss: 0.02, confidence: 0.9}"), Map.of())) {
            assertThat(selected(gateway, "What is the capital of Peru?")).isEqualTo("parley-facts");
            assertThat(selected(gateway, "What is 346 + 87?")).isEqualTo("parley-math");
            JsonNode safe = TestGateway.json(gateway.admin("/admin/config").body())
                    .path("policies")
                    .findParent("risk");
            assertThat(safe.path("id").asText()).isEqualTo("safe");
            assertThat(safe.path("risk").asDouble()).isEqualTo(0.02);
            assertThat(safe.path("confidence").asDouble()).isEqualTo(0.9);
        }
    }

    private static String selected(TestGateway gateway, String question) throws Exception {
        String body = TestGateway.chat("auto:safe", question, "\"gateway\":{\"dry_run\":true}");
        JsonNode answer =
                TestGateway.json(gateway.post("/v1/chat/completions", body).body());
        assertThat(answer.path("policy").asText()).isEqualTo("safe");
        return answer.path("selected").asText();
    }

    /** The weak model knows nothing of capitals and says so by its tokens' probabilities. */
    @Test
    void aCascadeKeepsWhatTheWeakModelIsSureOf() throws Exception {
        try (TestGateway gateway = TestGateway.of(yaml("{loss: 0.02, confidence: 0.9}"), Map.of())) {
            assertThat(answered(gateway, "What is 346 + 87?")).isEqualTo("parley-math");
            assertThat(answered(gateway, "What is the capital of Peru?")).isEqualTo("parley-facts");
        }
    }

    private static String answered(TestGateway gateway, String question) throws Exception {
        HttpResponse<String> answer = gateway.post(
                "/v1/chat/completions",
                TestGateway.chat("auto:safe", question, "\"temperature\":0,\"gateway\":{\"strategy\":\"cascade\"}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestGateway.json(answer.body()).path("model").asText();
    }

    /** And of the outcomes that the graph holds out, answers kept lose no more than is tolerated. */
    @Test
    void theShippedConfidencesKeepWhatIsTolerated() {
        RoutingGraph graph = GraphPlanner.open("").graph();
        HeldOut held = graph.recalibration().heldOut();
        int strong = graph.models().indexOf("parley-facts");
        int weak = graph.models().indexOf("parley-math");
        double doubt = held.keeping(strong, weak).threshold(0.02).orElseThrow();
        double lost = 0;
        int kept = 0;
        int right = 0;
        for (int q = 0; q < held.queries(); q++) {
            int at = q * held.models();
            if (held.doubt()[at + weak] <= doubt) {
                kept++;
                lost += Math.max(0, held.score()[at + strong] - held.score()[at + weak]);
            }
            right += held.score()[at + weak] > 0.5 ? 1 : 0;
        }
        assertThat(kept).as("of %d right ones", right).isGreaterThan(right / 2);
        assertThat(lost / held.queries()).isLessThanOrEqualTo(0.02);
    }

    /** What the threshold is made of holds on the outcomes themselves. */
    @Test
    void theShippedOutcomesKeepWhatIsTolerated() {
        RoutingGraph graph = GraphPlanner.open("").graph();
        HeldOut held = graph.recalibration().heldOut();
        int strong = graph.models().indexOf("parley-facts");
        int weak = graph.models().indexOf("parley-math");
        double threshold = held.risk(strong, weak, PolicySpec.Lead.ADVANTAGE)
                .threshold(0.02)
                .orElseThrow();
        double lost = 0;
        int weakly = 0;
        for (int q = 0; q < held.queries(); q++) {
            double lead = held.quality()[q * held.models() + strong] - held.quality()[q * held.models() + weak];
            if (lead <= threshold) {
                weakly++;
                lost += Math.max(0, held.score()[q * held.models() + strong] - held.score()[q * held.models() + weak]);
            }
        }
        assertThat(held.queries()).isGreaterThan(1000);
        assertThat(weakly).as("and it is used").isGreaterThan(held.queries() / 4);
        assertThat(lost / held.queries()).isLessThanOrEqualTo(0.02);
    }

    @Test
    void aLossThatCannotBePromisedIsRefusedAtTheStart() {
        String strangers = """
                server: {port: 0, admin: {port: 0}}
                record: {path: %s}
                backends: [{id: one, url: "http://localhost:1/v1", models: [m, n]}]
                policies: [{id: safe, kind: threshold, strong: m, weak: n, risk: {loss: 0.05}}]
                """.formatted(folder.resolve("parley.db"));
        assertThatThrownBy(() -> TestGateway.of(strangers, Map.of()))
                .hasStackTraceContaining("policy 'safe': a risk needs outcomes of m in the routing graph");
    }

    @Test
    void theManagementSideTellsWhatTheGraphIsWorth() throws Exception {
        try (TestGateway gateway = TestGateway.of(yaml("{loss: 0.05}"), Map.of())) {
            Instant end = Instant.now().plus(Duration.ofMinutes(2));
            JsonNode worth = TestGateway.json("null");
            while (worth.isNull() && Instant.now().isBefore(end)) { // it is worked out beside the start
                worth = TestGateway.json(gateway.admin("/admin/graph").body()).path("worth");
            }
            assertThat(worth.path("shown").asBoolean())
                    .as("specialists of four fields: %s", worth)
                    .isTrue();
            assertThat(worth.path("over_hull").asDouble()).isGreaterThan(0.3);
            assertThat(worth.path("models")).hasSize(5);
        }
    }
}
