package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.http.RawClient;
import dev.parley.gateway.testing.Eventually;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts for and against the arms of an experiment, and how a client takes part in one. */
class ExperimentIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TESTS = """
            policies:
              - {id: unkept, kind: weighted, min_quality: 0.99}
            keys:
              - {id: a, secret: "${KEY_A}"}
              - {id: b, secret: "${KEY_B}", rate: {requests_per_minute: 1}}
            experiments:
              - id: main
                variants: [{id: x, policy: quality}, {id: y, policy: quality}]
              - id: other
                variants: [{id: x, policy: cheap}, {id: y, policy: cheap}]
              - id: broken
                variants: [{id: x, policy: unkept}, {id: y, policy: unkept}]
              - id: nobody
                coverage: 0
                variants: [{id: x, policy: cheap}, {id: y, policy: cheap}]
            """;

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // every test starts one
    private Fleet fleet;

    @BeforeEach
    void start() throws Exception {
        fleet = Fleet.start(folder, TESTS);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"provider\":{\"only\":[\"nope\"]}",
                "\"gateway\":{\"allowed_models\":[\"nope*\"]}",
                "\"gateway\":{\"max_cost_usd\":0}",
                "\"gateway\":{\"min_quality\":1}",
                "\"max_tokens\":2,\"prompt_cache_key\":\"LONG\"",
                "\"gateway\":{\"experiment\":\"ghost\"}"
            })
    void whatAClientMakesImpossibleIsNoArmsFault(String wish) throws Exception {
        String question = wish.contains("LONG") ? "word ".repeat(60_000) : "x";
        HttpResponse<String> answer = ask("key-a", question, wish);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(header(answer, "x-gateway-experiment")).isEmpty();
        assertThat(fleet.gateway.outcome(answer).at("/caller/experiment").asText())
                .isEmpty();
        served();
        assertThat(counted("main", "errors")).isEqualTo(new Counted(1, 0));
    }

    @Test
    void aKeysOwnLimitsAreNoArmsFault() throws Exception {
        fleet.one.expect(OpenAiScripts.answer("x"));
        assertThat(ask("key-b", "x").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = ask("key-b", "x");
        assertThat(refused.statusCode()).isEqualTo(429);
        fleet.gateway.outcome(refused);
        assertThat(counted("main", "errors")).isEqualTo(new Counted(1, 0));
    }

    @Test
    void whatThePolicyOrItsModelFailsToDoCounts() throws Exception {
        served();
        fleet.one.expect(OpenAiScripts.fault(400));
        HttpResponse<String> rejected = ask("key-a", "x", "\"provider\":{\"allow_fallbacks\":false}");
        assertThat(rejected.statusCode()).isEqualTo(400);
        assertThat(header(rejected, "x-gateway-experiment")).isEqualTo("main");
        fleet.gateway.outcome(rejected);
        assertThat(counted("main", "errors")).isEqualTo(new Counted(2, 1));
        HttpResponse<String> unkept = ask("key-a", "x", "\"gateway\":{\"experiment\":\"broken\"}");
        assertThat(unkept.statusCode()).as(unkept.body()).isEqualTo(400);
        fleet.gateway.outcome(unkept);
        assertThat(counted("broken", "errors")).isEqualTo(new Counted(1, 1));
    }

    @Test
    void anAnswerCutOffInItsMiddleCounts() throws Exception {
        fleet.one.expect(Script.stream().chunk(OpenAiScripts.piece("half")).close());
        try (RawClient client = new RawClient(fleet.gateway.gateway().port())) {
            String body = TestGateway.chat("auto", "x", "\"stream\":true");
            RawClient.Answer cut = client.send(RawClient.post(CHAT, body, "authorization: Bearer key-a"))
                    .read();
            assertThat(cut.status()).isEqualTo(200);
            assertThat(cut.complete()).isFalse();
        }
        assertThat(counted("main", "errors")).isEqualTo(new Counted(1, 1));
    }

    @Test
    void aClientMayAskForOneExperimentOfSeveral() throws Exception {
        fleet.one.expect(OpenAiScripts.answer("x"), OpenAiScripts.answer("x"));
        HttpResponse<String> first = ask("key-a", "x");
        assertThat(header(first, "x-gateway-experiment")).isEqualTo("main");
        assertThat(header(first, "x-gateway-policy")).isEqualTo("quality");
        HttpResponse<String> asked = ask("key-a", "x", "\"gateway\":{\"experiment\":\"other\"}");
        assertThat(header(asked, "x-gateway-experiment")).isEqualTo("other");
        assertThat(header(asked, "x-gateway-policy")).isEqualTo("cheap");
        assertThat(header(asked, "x-gateway-variant")).isIn("x", "y");
        assertThat(header(asked, "x-gateway-warnings")).isEmpty();
        fleet.one.take();
        assertThat(fleet.one.take().text()).doesNotContain("experiment");
        HttpResponse<String> uncovered = ask("key-a", "x", "\"gateway\":{\"experiment\":\"nobody\",\"dry_run\":true}");
        assertThat(header(uncovered, "x-gateway-experiment")).isEmpty();
        assertThat(header(uncovered, "x-gateway-policy")).isEqualTo("balanced");
    }

    @Test
    void anExperimentThatDoesNotRunIsRefusedAndOneBesideAPolicyWarnedOf() throws Exception {
        HttpResponse<String> ghost = ask("key-a", "x", "\"gateway\":{\"experiment\":\"ghost\"}");
        assertThat(ghost.statusCode()).isEqualTo(400);
        JsonNode error = TestGateway.json(ghost.body()).path("error");
        assertThat(error.path("param").asText()).isEqualTo("gateway.experiment");
        assertThat(error.path("message").asText()).contains("'ghost'", "main, other, broken, nobody");
        fleet.one.expect(OpenAiScripts.answer("x"));
        HttpResponse<String> beside = ask("key-a", "x", "\"gateway\":{\"experiment\":\"main\",\"policy\":\"cheap\"}");
        assertThat(header(beside, "x-gateway-experiment")).isEmpty();
        assertThat(header(beside, "x-gateway-warnings")).contains("gateway.experiment: has no effect");
    }

    private void served() throws Exception {
        fleet.one.expect(OpenAiScripts.answer("x"));
        HttpResponse<String> answer = ask("key-a", "x");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(header(answer, "x-gateway-experiment")).isEqualTo("main");
        fleet.gateway.outcome(answer);
    }

    private HttpResponse<String> ask(String key, String question, String... members) throws Exception {
        return fleet.gateway.post(CHAT, TestGateway.chat("auto", question, members), "authorization", "Bearer " + key);
    }

    /** Requests of an experiment and the sum of a metric over both arms. */
    private record Counted(long requests, long sum) {}

    private Counted counted(String experiment, String metric) throws Exception {
        Predicate<JsonNode> here = report -> report.path("id").asText().equals(experiment);
        JsonNode found = Eventually.get(
                () -> report(here), report -> !report.path("arms").isEmpty());
        long requests = 0;
        double sum = 0;
        for (JsonNode arm : found.path("arms")) {
            if (arm.path("metric").asText().equals(metric)) {
                requests += arm.path("requests").asLong();
                sum += arm.path("requests").asDouble() * arm.path("mean").asDouble();
            }
        }
        return new Counted(requests, Math.round(sum));
    }

    private JsonNode report(Predicate<JsonNode> which) throws Exception {
        JsonNode all =
                TestGateway.json(fleet.gateway.admin("/admin/experiments").body());
        return StreamSupport.stream(all.spliterator(), false)
                .filter(which)
                .findFirst()
                .orElseThrow();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
