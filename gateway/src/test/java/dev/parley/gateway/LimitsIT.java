package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rates and budgets refuse, and say what is left, in the words of each protocol (wire-contract sections 2 and 3). */
class LimitsIT {
    private static final String KEYS = """
            keys:
              - {id: a, secret: "${KEY_A}", rate: {requests_per_minute: 2, tokens_per_minute: 90000}}
              - {id: b, secret: "${KEY_B}", budget: {usd: 0.000001}}
              - {id: c, secret: "${KEY_C}", models: [second]}
            """;
    private static final String BODY = "{\"model\":\"first\",\"max_tokens\":5,\"prompt\":\"x\",\"stream\":%s,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

    @TempDir
    Path folder;

    private Fleet fleet() throws Exception {
        return Fleet.start(folder, KEYS);
    }

    private static HttpResponse<String> ask(Fleet fleet, String path, String key, boolean stream) throws Exception {
        return fleet.gateway.post(path, BODY.formatted(stream), "authorization", "Bearer " + key);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, rate_limit_error, rate_limit_exceeded",
        "/v1/completions, rate_limit_error, rate_limit_exceeded",
        "/v1/messages, rate_limit_error,",
        "/api/chat,,"
    })
    void theThirdRequestOfAMinuteIsRefused(String path, String type, String code) throws Exception {
        try (Fleet fleet = fleet()) {
            fleet.one.expect(OpenAiScripts.answer("x"), OpenAiScripts.answer("x"));
            for (int i = 0; i < 2; i++) {
                var passed = ask(fleet, "/v1/chat/completions", "key-a", false);
                assertThat(passed.statusCode()).as(passed.body()).isEqualTo(200);
            }
            for (boolean stream : List.of(false, true)) {
                var refused = ask(fleet, path, "key-a", stream);
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
                assertThat(header(refused, "content-type")).isEqualTo("application/json");
                assertThat(Integer.parseInt(header(refused, "retry-after"))).isBetween(1, 60);
                JsonNode error = TestGateway.json(refused.body()).path("error");
                if (type == null) {
                    assertThat(error.asText()).contains("2 requests a minute");
                } else {
                    assertThat(error.path("type").asText()).isEqualTo(type);
                    assertThat(error.path("code").asText()).isEqualTo(code == null ? "" : code);
                    assertThat(error.path("message").asText()).contains("2 requests a minute");
                }
            }
        }
    }

    @Test
    void openAiRoutesSayWhatIsLeft() throws Exception {
        try (Fleet fleet = fleet()) {
            fleet.one.expect(OpenAiScripts.answer("x"), OpenAiScripts.stream("x"));
            var whole = ask(fleet, "/v1/chat/completions", "key-a", false);
            assertThat(header(whole, "x-ratelimit-limit-requests")).isEqualTo("2");
            assertThat(header(whole, "x-ratelimit-remaining-requests")).isEqualTo("1");
            assertThat(header(whole, "x-ratelimit-reset-requests")).matches("(29|30)s");
            assertThat(header(whole, "x-ratelimit-limit-tokens")).isEqualTo("90000");
            assertThat(Long.parseLong(header(whole, "x-ratelimit-remaining-tokens")))
                    .isBetween(80_000L, 89_999L);
            assertThat(header(whole, "x-ratelimit-reset-tokens")).matches("\\d+ms|\\ds");
            var stream = ask(fleet, "/v1/chat/completions", "key-a", true);
            assertThat(header(stream, "x-ratelimit-remaining-requests")).isEqualTo("0");
            var refused = ask(fleet, "/v1/chat/completions", "key-a", false);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("0");
            var embedding = fleet.gateway.post(
                    "/v1/embeddings", "{\"model\":\"vectors\",\"input\":\"x\"}", "authorization", "Bearer key-a");
            assertThat(embedding.statusCode()).isEqualTo(429);
            assertThat(header(embedding, "x-ratelimit-limit-requests")).isEqualTo("2");
            assertThat(Integer.parseInt(header(embedding, "retry-after"))).isBetween(1, 60);
        }
    }

    @Test
    void anthropicRoutesSayWhatIsLeft() throws Exception {
        try (Fleet fleet = fleet()) {
            fleet.one.expect(OpenAiScripts.answer("x"));
            var answer = ask(fleet, "/v1/messages", "key-a", false);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(header(answer, "anthropic-ratelimit-requests-limit")).isEqualTo("2");
            assertThat(header(answer, "anthropic-ratelimit-requests-remaining")).isEqualTo("1");
            assertThat(Instant.parse(header(answer, "anthropic-ratelimit-requests-reset")))
                    .isBetween(Instant.now().plusSeconds(10), Instant.now().plusSeconds(32));
            assertThat(header(answer, "anthropic-ratelimit-tokens-limit")).isEqualTo("90000");
            assertThat(answer.headers().map()).doesNotContainKey("x-ratelimit-limit-requests");
        }
    }

    @Test
    void aKeyWithoutLimitsHearsNothingOfThem() throws Exception {
        try (Fleet fleet = fleet()) {
            fleet.two.expect(OpenAiScripts.answer("x"));
            var answer = fleet.gateway.post(
                    "/v1/chat/completions", TestGateway.chat("second", "x"), "authorization", "Bearer key-c");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().map().keySet())
                    .noneMatch(name -> name.toString().contains("ratelimit"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, 429, insufficient_quota, insufficient_quota",
        "/v1/responses, 429, insufficient_quota, insufficient_quota",
        "/v1/messages, 402, billing_error,",
        "/api/chat, 429,,"
    })
    void aSpentBudgetRefuses(String path, int status, String type, String code) throws Exception {
        try (Fleet fleet = fleet()) {
            var body =
                    BODY.replace("\"messages\"", "\"input\":\"x\",\"messages\"").formatted(false);
            var refused = fleet.gateway.post(path, body, "x-api-key", "key-b");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
            assertThat(header(refused, "x-should-retry")).isEqualTo("false");
            assertThat(Long.parseLong(header(refused, "retry-after"))).isPositive();
            JsonNode error = TestGateway.json(refused.body()).path("error");
            assertThat(error.path("type").asText()).isEqualTo(type == null ? "" : type);
            assertThat(error.path("code").asText()).isEqualTo(code == null ? "" : code);
            assertThat(refused.body()).contains("budget of 0.000001 USD");
            assertThat(fleet.gateway.outcome(refused).at("/result/status").asInt())
                    .isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages", "/api/chat"})
    void aModelOfOthersIsForbiddenAndAWrongKeyUnknown(String path) throws Exception {
        try (Fleet fleet = fleet()) {
            assertThat(ask(fleet, path, "key-c", false).statusCode()).isEqualTo(403);
            var unknown = ask(fleet, path, "key-x", true);
            assertThat(unknown.statusCode()).isEqualTo(401);
            assertThat(unknown.body()).doesNotContain("key-x");
        }
    }

    /** What was refused or failed takes nothing: only the served request counts. */
    @Test
    void aFailedCallGivesItsTokensBack() throws Exception {
        try (Fleet fleet = fleet()) {
            fleet.one.expect(OpenAiScripts.fault(500), OpenAiScripts.answer("x"));
            assertThat(ask(fleet, "/v1/chat/completions", "key-a", false).statusCode())
                    .isEqualTo(502);
            var second = ask(fleet, "/v1/chat/completions", "key-a", false);
            assertThat(second.statusCode()).isEqualTo(200);
            fleet.gateway.outcome(second);
            var third = ask(fleet, "/v1/chat/completions", "key-a", false);
            assertThat(Long.parseLong(header(third, "x-ratelimit-remaining-tokens")))
                    .as("ten tokens used, some flowed in again")
                    .isGreaterThanOrEqualTo(89_990L);
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
