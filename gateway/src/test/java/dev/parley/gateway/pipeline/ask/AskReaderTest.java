package dev.parley.gateway.pipeline.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.json.ScannedBody;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Planner;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskReaderTest {
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

    @Test
    void nothingAskedMeansTheDefaults() {
        RoutingAsk ask = read("{\"model\":\"auto\"}");
        assertThat(ask.policy()).isEmpty();
        assertThat(ask.limits()).isEqualTo(dev.parley.config.PolicySpec.Limits.NONE);
        assertThat(ask.flags()).isEqualTo(new RoutingAsk.Flags(true, false, false));
        assertThat(ask.shape().strategy()).isEqualTo(Planner.Strategy.SINGLE);
    }

    @Test
    void theGatewayObjectIsRead() {
        RoutingAsk ask = read("""
                {"gateway":{"policy":"cheap","allowed_models":["a/*"],"max_cost_usd":0.0025,"min_quality":0.7,
                 "max_latency_ms":1500,"strategy":"fanout","fanout":{"n":2,"aggregate":"first"},"session":"s","explain":true,
                 "dry_run":true}}""");
        assertThat(ask.policy()).isEqualTo("cheap");
        assertThat(ask.allowed()).containsExactly("a/*");
        assertThat(ask.limits().maxCostNanoUsd()).isEqualTo(2_500_000);
        assertThat(ask.limits().minQuality()).isEqualTo(0.7);
        assertThat(ask.limits().maxLatency()).isEqualTo(Duration.ofMillis(1500));
        assertThat(ask.shape()).isEqualTo(new RoutingAsk.Shape(Planner.Strategy.FANOUT, Plan.Aggregation.FIRST, 2));
        assertThat(ask.session()).isEqualTo("s");
        assertThat(ask.flags()).isEqualTo(new RoutingAsk.Flags(true, true, true));
    }

    /** 1e200000000 has so many digits: written out, it holds an event loop for minutes. */
    @ParameterizedTest
    @ValueSource(strings = {"1e200000000", "1e999999999", "0.01e-99999999", "cheap", "", "-1", "Infinity", "0x1", "1e"})
    @Timeout(10)
    void whatIsNoAmountIsRefusedAtOnce(String amount) {
        headers.set("x-gateway-max-cost-usd", amount);
        assertThatThrownBy(() -> read("{}"))
                .isInstanceOf(ChatFailure.class)
                .hasMessage("Header x-gateway-max-cost-usd must be an amount in USD such as 0.002.");
        headers.clear();
        String text = "\"" + amount + "\"";
        assertThatThrownBy(() -> read("{\"gateway\":{\"max_cost_usd\":" + text + "}}"))
                .isInstanceOf(ChatFailure.class)
                .hasMessage("'gateway.max_cost_usd' must be an amount in USD such as 0.002.");
        assertThatThrownBy(() -> read("{\"provider\":{\"max_price\":{\"prompt\":" + text + "}}}"))
                .isInstanceOf(ChatFailure.class)
                .hasMessageContaining("'provider.max_price.prompt' must be an amount");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1e-4, 100000", "0.0000000019, 1", "\"0.01\", 10000000", "1e99, 9223372036854775807"})
    void amountsAreRoundedDown(String written, long nanoUsd) {
        assertThat(read("{\"gateway\":{\"max_cost_usd\":" + written + "}}")
                        .limits()
                        .maxCostNanoUsd())
                .isEqualTo(nanoUsd);
    }

    @Test
    void openRouterPreferencesAreUnderstood() {
        RoutingAsk ask = read("""
                {"models":["b","c"],"provider":{"only":["local"],"ignore":["cloud"],"allow_fallbacks":false,"sort":"price",
                 "max_price":{"prompt":1.5,"completion":"2"}},
                 "plugins":[{"id":"auto-router","allowed_models":["x/*"],"cost_quality_tradeoff":7}]}""");
        assertThat(ask.fallbacks()).containsExactly("b", "c");
        assertThat(ask.backends().only()).containsExactly("local");
        assertThat(ask.backends().ignore()).containsExactly("cloud");
        assertThat(ask.flags().allowFallbacks()).isFalse();
        assertThat(ask.policy()).isEqualTo("cheap");
        assertThat(ask.maxInputPicoUsd()).isEqualTo(1_500_000);
        assertThat(ask.maxOutputPicoUsd()).isEqualTo(2_000_000);
        assertThat(ask.allowed()).containsExactly("x/*");
        assertThat(ask.tradeoff()).isEqualTo(7);
    }

    @Test
    void headersServeClientsThatCannotAddMembers() {
        headers.set("x-gateway-policy", "fast")
                .set("x-gateway-max-cost-usd", "0.01")
                .set("x-gateway-session", "abc");
        headers.set("x-gateway-explain", "true");
        headers.set("x-gateway-tags", "team=search,env=test");
        RoutingAsk ask = read("{\"gateway\":{\"policy\":\"cheap\"}}");
        assertThat(ask.policy()).isEqualTo("fast");
        assertThat(ask.limits().maxCostNanoUsd()).isEqualTo(10_000_000);
        assertThat(ask.session()).isEqualTo("abc");
        assertThat(ask.flags().explain()).isTrue();
        assertThat(ask.tags()).isEqualTo("team=search,env=test");
    }

    @Test
    void tagsAloneAreReadAndEndlessOnesRefused() {
        headers.set("x-gateway-tags", "a=1");
        assertThat(read("{}").tags()).isEqualTo("a=1");
        headers.set("x-gateway-tags", "x".repeat(513));
        refused("{}", "x-gateway-tags");
    }

    @Test
    void faultsNameTheMember() {
        refused("{\"gateway\":{\"strategy\":\"wild\"}}", "gateway.strategy");
        refused("{\"gateway\":{\"min_quality\":2}}", "gateway.min_quality");
        refused("{\"gateway\":[]}", "gateway");
        refused("{\"provider\":{\"sort\":\"beauty\"}}", "provider.sort");
        headers.set("x-gateway-max-cost-usd", "much");
        refused("{}", "x-gateway-max-cost-usd");
    }

    @Test
    void theUserIsASession() {
        assertThat(read("{\"user\":\"u1\"}").session()).isEqualTo("u1");
        assertThat(read("{\"metadata\":{\"user_id\":\"u2\"}}").session()).isEqualTo("u2");
    }

    private void refused(String body, String param) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        ChatFailure.class,
                        failure -> assertThat(failure.param()).isEqualTo(param));
    }

    private RoutingAsk read(String body) {
        return AskReader.read(ScannedBody.of(body.getBytes(StandardCharsets.UTF_8)), headers);
    }

    @Test
    void whatIsMisspeltIsNamed() {
        JsonBody body = ScannedBody.of("{\"gateway\":{\"polcy\":\"cheap\",\"policy\":\"fast\",\"Explain\":true}}"
                .getBytes(StandardCharsets.UTF_8));
        assertThat(AskReader.strangers(body)).containsExactly("polcy", "Explain");
        assertThat(AskReader.strangers(ScannedBody.of("{\"model\":\"x\"}".getBytes(StandardCharsets.UTF_8))))
                .isEmpty();
    }
}
