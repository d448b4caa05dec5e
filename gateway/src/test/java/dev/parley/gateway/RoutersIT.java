package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.graphrouter.GraphFile;
import dev.parley.graphrouter.RoutingGraph;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routers beside the graph, as a client meets them (docs/routers.md). */
class RoutersIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String DRY = "\"gateway\":{\"dry_run\":true}";
    private static final String ROUTERS = """
            routing: {router: cheapest}
            policies:
              - {id: house, kind: weighted, cost_weight: 0, router: rules}
              - {id: half, kind: weighted, cost_weight: 0, router: split}
              - {id: alike, kind: weighted, cost_weight: 0, router: examples}
            routers:
              - id: rules
                kind: rules
                rules:
                  - {when: {contains: [invoice]}, models: [second]}
                  - {when: {needs: [json_object]}, models: [first]}
                  - {when: {language: [de]}, models: [second]}
                  - {when: {domain: [writing], language: [en]}, models: [second]}
              - {id: split, kind: shares, shares: {first: 1, second: 3}}
              - id: examples
                kind: prototype
                examples:
                  - {model: first, queries: [Prove this theorem., Solve the equation for x.]}
                  - {model: second, queries: [Translate this into French., How do you say hello in German?]}
            """;

    @TempDir
    Path folder;

    @Test
    void theDecisionTellsWhichRouterPredictedAndWhatItChose() throws Exception {
        try (Fleet fleet = Fleet.start(folder, ROUTERS)) {
            fleet.two.expect(OpenAiScripts.answer("x"), OpenAiScripts.answer("x"));
            fleet.one.expect(OpenAiScripts.answer("x"));
            expect(fleet, "auto", "What is it?", "second", "cheapest");
            JsonNode decision = expect(fleet, "auto:house", "Pay my INVOICE", "second", "rules");
            assertThat(decision.path("reason").asText()).contains("second: ", "rule 1");
            expect(fleet, "auto:house", "What is it?", "first", "graph");
        }
    }

    @Test
    void whatAQuestionIsWrittenInIsReadAndRecorded() throws Exception {
        try (Fleet fleet = Fleet.start(folder, ROUTERS)) {
            fleet.two.expect(OpenAiScripts.answer("x"));
            HttpResponse<String> answer = fleet.gateway.post(
                    CHAT, TestGateway.chat("auto:house", "Schreib mir bitte ein kurzes Gedicht über den Winter."));
            assertThat(answer.headers().firstValue("x-gateway-model")).contains("second");
            JsonNode recorded = fleet.gateway.outcome(answer);
            assertThat(recorded.path("decision").path("reason").asText()).contains("rule 3");
            JsonNode profile = recorded.path("asked").path("profile");
            assertThat(profile.path("language").asText()).isEqualTo("de");
            assertThat(profile.path("language_chance").asDouble()).isGreaterThan(0.5);
            assertThat(profile.path("words").asText()).contains("language de");
            JsonNode poem = route(fleet.gateway, "auto:house", "Write me a short poem about the winter, please.");
            assertThat(poem.path("reason").asText()).contains("rule 4");
            assertThat(route(fleet.gateway, "auto:house", "Why is the sky blue?")
                            .path("router")
                            .asText())
                    .isEqualTo("graph");
        }
    }

    /** Asks, and returns the decision as recorded. */
    private static JsonNode expect(Fleet fleet, String model, String text, String chosen, String router)
            throws Exception {
        HttpResponse<String> answer = fleet.gateway.post(CHAT, TestGateway.chat(model, text));
        assertThat(answer.headers().firstValue("x-gateway-model"))
                .as(answer.body())
                .contains(chosen);
        assertThat(answer.headers().firstValue("x-gateway-router")).contains(router);
        JsonNode decision = fleet.gateway.outcome(answer).path("decision");
        assertThat(decision.path("router").asText()).isEqualTo(router);
        return decision;
    }

    @Test
    void whatARequestHasBeyondItsTextIsReadAndRecorded() throws Exception {
        try (Fleet fleet = Fleet.start(folder, ROUTERS)) {
            fleet.two.expect(OpenAiScripts.answer("{}"));
            String schema = "{\"type\":\"object\",\"properties\":{\"total\":{\"type\":\"number\"}}}";
            String tool =
                    "{\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"parameters\":{\"type\":\"object\"}}}";
            HttpResponse<String> answer =
                    fleet.gateway.post(CHAT, """
                    {"model": "auto", "messages": [
                      {"role": "user", "content": "Here is my receipt: bread 3, milk 2."},
                      {"role": "assistant", "content": "Thank you."},
                      {"role": "user", "content": "What is the total?"}],
                     "tools": [%s, %s],
                     "response_format": {"type": "json_schema", "json_schema": {"name": "r", "schema": %s}}}
                    """.formatted(tool, tool.replace("look_up", "write_down"), schema));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode asked = fleet.gateway.outcome(answer).path("asked");
            assertThat(asked.path("turns").asInt()).isEqualTo(2);
            assertThat(asked.path("tools").asInt()).isEqualTo(2);
            assertThat(asked.has("attachments")).isFalse();
            assertThat(asked.path("schema_chars").asInt()).isEqualTo(schema.length());
            assertThat(asked.path("profile").path("output_tokens").asDouble()).isLessThan(20);
            HttpResponse<String> pictured = fleet.gateway.post(CHAT, """
                    {"model": "auto", "messages": [{"role": "user", "content": [{"type": "text", "text": "What is the total?"},
                      {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]}]}
                    """);
            assertThat(pictured.body()).contains("cannot do VISION");
            JsonNode refused = fleet.gateway.outcome(pictured).path("asked");
            assertThat(refused.path("attachments").asInt()).isEqualTo(1);
            assertThat(refused.path("profile").path("flags").path("document").asDouble())
                    .isGreaterThan(0.9);
        }
    }

    @Test
    void examplesTellWhoseAQuestionIs() throws Exception {
        try (Fleet fleet = Fleet.start(folder, ROUTERS)) {
            JsonNode french = route(fleet.gateway, "auto:alike", "Translate good morning into Spanish.");
            assertThat(french.path("router").asText()).isEqualTo("examples");
            assertThat(french.path("selected").asText()).isEqualTo("second");
            assertThat(route(fleet.gateway, "auto:alike", "Solve 3x + 4 = 19.")
                            .path("selected")
                            .asText())
                    .isEqualTo("first");
        }
    }

    @Test
    void aSessionKeepsItsShareWithItsPropensity() throws Exception {
        try (Fleet fleet = Fleet.start(folder, ROUTERS)) {
            JsonNode one = route(fleet.gateway, "auto:half", "one", "x-gateway-session", "me");
            String model = one.path("selected").asText();
            assertThat(one.path("propensity").asDouble()).isEqualTo(model.equals("first") ? 0.25 : 0.75);
            for (String text : new String[] {"two", "three", "four"}) {
                assertThat(route(fleet.gateway, "auto:half", text, "x-gateway-session", "me")
                                .path("selected")
                                .asText())
                        .isEqualTo(model);
            }
        }
    }

    @Test
    void anAttributeThatIsPreferredCounts() throws Exception {
        String yaml = """
                models:
                  - {id: local, backend: two, upstream: up, price: free, card: {quality: 0.85, attributes: {privacy: 1}}}
                """;
        try (Fleet fleet = Fleet.start(folder, yaml)) {
            assertThat(route(fleet.gateway, "auto:quality", "x")
                            .path("selected")
                            .asText())
                    .isEqualTo("first");
            JsonNode wary = route(fleet.gateway, "auto:quality", "x", "x-gateway-prefer", "privacy;q=0.2");
            assertThat(wary.path("selected").asText()).isEqualTo("local");
            String member = TestGateway.chat(
                    "auto:quality", "x", "\"gateway\":{\"dry_run\":true,\"prefer\":{\"privacy\":0.2}}");
            assertThat(TestGateway.json(fleet.gateway.post(CHAT, member).body())
                            .path("selected")
                            .asText())
                    .isEqualTo("local");
            HttpResponse<String> wrong =
                    fleet.gateway.post(CHAT, TestGateway.chat("auto", "x"), "x-gateway-prefer", "privacy;q=much");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("x-gateway-prefer");
        }
    }

    @Test
    void routeLlmsNamesWorkForConfiguredRouters() throws Exception {
        String yaml = """
                server: {port: 0, admin: {port: 0}}
                record: {path: %s}
                routing: {router: mf}
                """.formatted(folder.resolve("parley.db"));
        try (TestGateway embedded = TestGateway.of(yaml, Map.of())) {
            JsonNode never = route(embedded, "router-mf-1.0", "What is 3 + 4?");
            assertThat(never.path("router").asText()).isEqualTo("mf");
            assertThat(never.path("policy").asText()).isEqualTo("router-mf-1.0");
            JsonNode always = route(embedded, "router-mf-0", "What is 3 + 4?");
            assertThat(always.path("selected")).isNotEqualTo(never.path("selected"));
            assertThat(route(embedded, "auto", "What is 3 + 4?").path("router").asText())
                    .isEqualTo("mf");
            HttpResponse<String> unknown = embedded.post(CHAT, TestGateway.chat("router-bert-0.5", "x"));
            assertThat(unknown.statusCode()).isEqualTo(400);
            assertThat(unknown.body()).contains("no router 'bert'", "mf", "cheapest");
        }
    }

    @Test
    void aRouterThatLacksWhatItNeedsIsRefusedAtTheStart() throws Exception {
        Path graph = Files.write(folder.resolve("empty.json"), GraphFile.write(RoutingGraph.empty()));
        String yaml = """
                server: {port: 0, admin: {port: 0}}
                record: {path: %s}
                routing: {graph: %s, router: knn}
                backends: [{id: one, url: "http://localhost:1/v1", models: [m]}]
                """.formatted(folder.resolve("parley.db"), graph);
        assertThatThrownBy(() -> TestGateway.of(yaml, Map.of()))
                .hasStackTraceContaining("router 'knn' needs a routing graph with outcomes");
    }

    /** What would be done, without doing it. */
    private static JsonNode route(TestGateway gateway, String model, String text, String... headers) throws Exception {
        HttpResponse<String> answer = gateway.post(CHAT, TestGateway.chat(model, text, DRY), headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestGateway.json(answer.body());
    }
}
