package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.http.RawClient;
import dev.parley.gateway.testing.Eventually;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request may ask beside its model: fallbacks, order of backends, sessions, strictness, explanations. */
class PreferencesIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String EXPLAIN = "\"gateway\":{\"explain\":true}";

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // every test starts one
    private Fleet fleet;

    private Fleet start(String more) throws Exception {
        fleet = Fleet.start(folder, more);
        return fleet;
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void modelsAreTriedInOrderAfterANamedOne() throws Exception {
        start("").one.expect(OpenAiScripts.fault(503));
        fleet.two.expect(OpenAiScripts.answer("from two"));
        var answer = ask("first", "\"models\":[\"first\",\"ghost\",\"second\"]");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(model(answer)).isEqualTo("second");
        assertThat(header(answer, "x-gateway-fallback-from")).isEqualTo("first");
        assertThat(header(answer, "x-gateway-attempts")).isEqualTo("2");
        assertThat(header(answer, "x-gateway-warnings")).contains("ghost");
        assertThat(fleet.two.take().text()).doesNotContain("models");
        JsonNode outcome = fleet.gateway.outcome(answer);
        JsonNode calls = outcome.path("calls");
        assertThat(calls.at("/0/status").asText()).isIn("OVERLOADED", "UPSTREAM_FAILED");
        assertThat(calls.at("/1/status").asText()).as(outcome.toString()).isEqualTo("ok");
    }

    @Test
    void modelsReplaceTheRoutersFallbacks() throws Exception {
        start("").one.expect(OpenAiScripts.fault(503), OpenAiScripts.fault(503));
        fleet.two.expect(OpenAiScripts.answer("x"));
        assertThat(model(ask("auto:quality", "\"models\":[\"second\"]"))).isEqualTo("second");
        var alone = ask("auto:quality", "\"models\":[\"first\"]");
        assertThat(alone.statusCode()).isIn(502, 503);
    }

    @Test
    void withoutFallbacksAFailureIsTold() throws Exception {
        start("").one.expect(OpenAiScripts.fault(500));
        var answer = ask("first", "\"models\":[\"second\"],\"provider\":{\"allow_fallbacks\":false}");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).doesNotContain("127.0.0.1");
    }

    @Test
    void aClientsFaultIsNotTriedElsewhere() throws Exception {
        start("").one.expect(OpenAiScripts.fault(400));
        var answer = ask("first", "\"models\":[\"second\"]");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("scripted fault");
    }

    @ParameterizedTest
    @CsvSource({"one, first", "two, second"})
    void providerOrderComesBeforeThePolicy(String backend, String model) throws Exception {
        start("");
        (backend.equals("one") ? fleet.one : fleet.two).expect(OpenAiScripts.answer("x"));
        var answer = ask("auto", "\"provider\":{\"order\":[\"" + backend + "\"]}", EXPLAIN);
        assertThat(model(answer)).isEqualTo(model);
        JsonNode why = TestGateway.json(answer.body()).path("gateway");
        assertThat(why.path("selected").asText()).isEqualTo(model);
        assertThat(why.path("candidates").size()).isEqualTo(2);
    }

    @Test
    void providerOrderFallsBackToTheOtherBackends() throws Exception {
        start("").two.expect(OpenAiScripts.fault(500));
        fleet.one.expect(OpenAiScripts.answer("x"));
        var answer = ask("auto:quality", "\"provider\":{\"order\":[\"two\"]}", EXPLAIN);
        assertThat(model(answer)).isEqualTo("first");
        assertThat(header(answer, "x-gateway-fallback-from")).isEqualTo("second");
        assertThat(TestGateway.json(answer.body()).at("/gateway/reason").asText())
                .startsWith("second: first by provider.order; by the policy alone first:");
    }

    @Test
    void providerOrderOfANamedModelIsWarnedOf() throws Exception {
        start("").one.expect(OpenAiScripts.answer("x"));
        var answer = ask("first", "\"provider\":{\"order\":[\"two\"]}");
        assertThat(model(answer)).isEqualTo("first");
        assertThat(header(answer, "x-gateway-warnings")).contains("provider.order");
    }

    /** No session is declared: the key and the first message stand for it. */
    @Test
    void insideAToolLoopTheModelStaysUnlessItsBackendFails() throws Exception {
        start("").two.expect(OpenAiScripts.answer("x"));
        assertThat(model(ask("auto", "\"provider\":{\"only\":[\"two\"]}"))).isEqualTo("second");
        String loop = "{\"model\":\"auto:quality\",\"messages\":[{\"role\":\"user\",\"content\":\"What is it?\"},"
                + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"a cat\"}]}";
        fleet.two.expect(OpenAiScripts.answer("x"), OpenAiScripts.fault(500));
        var held = fleet.gateway.post(CHAT, loop);
        assertThat(model(held)).as(held.body()).isEqualTo("second");
        assertThat(fleet.gateway.outcome(held).at("/decision/reason").asText()).contains("kept inside a tool loop");
        fleet.one.expect(OpenAiScripts.answer("x"), OpenAiScripts.answer("x"));
        assertThat(model(fleet.gateway.post(CHAT, loop))).isEqualTo("first");
        var other = fleet.gateway.post(CHAT, loop.replace("What is it?", "Something else?"));
        assertThat(model(other)).as("another conversation").isEqualTo("first");
    }

    @Test
    void whatIsDroppedIsWarnedOf() throws Exception {
        try (TestGateway embedded = TestGateway.embedded(folder.resolve("moe"))) {
            start("");
            var answer = embedded.post(
                    CHAT,
                    TestGateway.chat(
                            "parley-math", "What is 3 + 4?", "\"reasoning_effort\":\"low\",\"temperature\":0"));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "x-gateway-warnings")).contains("reasoning_effort dropped");
        }
    }

    @Test
    void strictRefusesWhatWouldBeDropped() throws Exception {
        start("server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}, strict: true}\n");
        var answer = ask("first", "\"models\":[\"ghost\"]");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestGateway.json(answer.body()).at("/error/message").asText())
                .startsWith("Strict mode:")
                .contains("ghost");
        String claude =
                "{\"model\":\"first\",\"max_tokens\":5,\"top_k\":3,\"container\":\"c\",\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"x\"}]}";
        var dropped = fleet.gateway.post("/v1/messages", claude);
        assertThat(dropped.statusCode()).as(dropped.body()).isEqualTo(400);
        assertThat(dropped.body()).contains("Strict mode:");
    }

    @Test
    void anExplanationComesWithTheLastWordsOfAStream() throws Exception {
        start("")
                .one
                .expect(OpenAiScripts.stream("a", "b"), OpenAiScripts.stream("a", "b"), OpenAiScripts.stream("a", "b"));
        fleet.two.expect(OpenAiScripts.answer("x"));
        String relayed = stream(CHAT, TestGateway.chat("auto:quality", "x", "\"stream\":true", EXPLAIN));
        assertThat(explanation(relayed).path("selected").asText()).isEqualTo("first");
        String translated = stream(
                "/v1/messages", TestGateway.chat("auto:quality", "x", "\"stream\":true", "\"max_tokens\":9", EXPLAIN));
        assertThat(explanation(translated).path("selected").asText()).isEqualTo("first");
        String lines = stream("/api/chat", TestGateway.chat("auto:quality", "x", EXPLAIN));
        JsonNode last = TestGateway.json(lines.strip().substring(lines.strip().lastIndexOf('\n') + 1));
        assertThat(last.path("done").asBoolean()).isTrue();
        assertThat(last.at("/gateway/selected").asText()).isEqualTo("first");
        String whole = ask("second", EXPLAIN).body();
        assertThat(TestGateway.json(whole).at("/gateway/router").asText()).isEqualTo("direct");
    }

    /** Each family's clients know it by other words; two models have windows of 32768 tokens. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/chat/completions | auto             | /error/code    | context_length_exceeded
            /v1/chat/completions | router-graph-0.5 | /error/code    | context_length_exceeded
            /v1/completions      | auto:cheap       | /error/code    | context_length_exceeded
            /v1/responses        | auto             | /error/code    | context_length_exceeded
            /v1/messages         | auto:quality     | /error/message | prompt is too long: 75024 tokens > 32768 maximum.
            /api/chat            | auto             | /error         | The maximum context length of the models
            """)
    void whatIsTooLongForEveryModelIsToldAsTheClientsProtocolTellsIt(
            String path, String model, String place, String words) throws Exception {
        String text = "word ".repeat(60_000);
        String member = path.equals("/v1/responses") ? "input" : "prompt";
        start("");
        for (String stream : List.of("false", "true")) {
            var answer = fleet.gateway.post(
                    path,
                    TestGateway.chat(
                            model,
                            text,
                            "\"" + member + "\":\"" + text + "\"",
                            "\"max_tokens\":20",
                            "\"max_output_tokens\":20",
                            "\"stream\":" + stream));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            JsonNode error = TestGateway.json(answer.body());
            assertThat(error.at(place).asText()).as(error.toString()).startsWith(words);
            assertThat(error.toString())
                    .contains("32768 tokens (", "for the prompt and", "Shorten the prompt")
                    .doesNotContain("no candidates");
        }
    }

    @ParameterizedTest
    @CsvSource({"auto:", "auto: ", "auto::latest"})
    void aPolicyWithoutANameIsNoPolicy(String model) throws Exception {
        start("");
        for (String path : List.of(CHAT, "/v1/messages", "/api/chat")) {
            var answer = fleet.gateway.post(path, TestGateway.chat(model, "x", "\"max_tokens\":5"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("name of a policy", "cheap, balanced, quality, fast", "'auto'");
        }
    }

    @Test
    void turnsAreCountedAndRecorded() throws Exception {
        start("").one.expect(OpenAiScripts.answer("x"));
        String body = "{\"model\":\"auto:quality\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                + "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                + "{\"role\":\"user\",\"content\":\"c\"}]}";
        var answer = fleet.gateway.post(CHAT, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var list =
                Eventually.get(() -> fleet.gateway.admin("/admin/decisions").body(), text -> text.contains("finish"));
        assertThat(TestGateway.json(list).at("/0/asked/turns").asInt()).isEqualTo(2);
    }

    @Test
    void aDryRunCallsNobody() throws Exception {
        start("");
        var answer = ask("auto", "\"gateway\":{\"dry_run\":true}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestGateway.json(answer.body()).path("candidates").size()).isEqualTo(2);
    }

    @Test
    void aStreamCutAfterItsFirstByteIsNoSuccess() throws Exception {
        start("").one.expect(Script.stream().chunk(OpenAiScripts.piece("half")).close());
        String body = TestGateway.chat("first", "x", "\"stream\":true", "\"models\":[\"second\"]");
        try (RawClient client = new RawClient(fleet.gateway.gateway().port())) {
            var answer = client.send(RawClient.post(CHAT, body)).read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isFalse();
            assertThat(answer.body()).contains("half").contains("event: error").doesNotContain("[DONE]");
            var list = Eventually.get(
                    () -> fleet.gateway.admin("/admin/decisions").body(), text -> text.contains("finish"));
            assertThat(TestGateway.json(list).at("/0/result/finish").asText()).isEqualTo("UPSTREAM_FAILED");
            JsonNode all =
                    TestGateway.json(fleet.gateway.admin("/admin/stats").body()).path("all");
            assertThat(all.path("errors").asInt()).as(all.toString()).isEqualTo(1);
        }
    }

    private HttpResponse<String> ask(String model, String... members) throws Exception {
        return fleet.gateway.post(CHAT, TestGateway.chat(model, "What is it?", members));
    }

    private String stream(String path, String body) throws Exception {
        return new String(fleet.gateway.open(path, body).body().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The {@code gateway} object of the one event that has it. */
    private static JsonNode explanation(String events) {
        return events.lines()
                .filter(line -> line.startsWith("data: {") && line.contains("\"decision_id\""))
                .map(line -> TestGateway.json(line.substring(6)).path("gateway"))
                .reduce((a, b) -> {
                    throw new AssertionError("explained twice: " + events);
                })
                .orElseThrow(() -> new AssertionError("not explained: " + events));
    }

    private static String model(HttpResponse<String> answer) {
        assertThat(header(answer, "x-gateway-model"))
                .as(answer.body())
                .isEqualTo(TestGateway.json(answer.body()).path("model").asText());
        return header(answer, "x-gateway-model");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
