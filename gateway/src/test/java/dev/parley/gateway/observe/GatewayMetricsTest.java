package dev.parley.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.BackendSpec;
import dev.parley.config.CacheSpec;
import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.config.RecordSpec;
import dev.parley.config.RoutingSpec;
import dev.parley.config.Secret;
import dev.parley.config.ServerSpec;
import dev.parley.gateway.record.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
    @Test
    void anOutcomeIsSeenInEachFamily() {
        try (GatewayMetrics metrics = new GatewayMetrics(config())) {
            metrics.record(Outcomes.outcome("d1"));
            assertThat(metrics.scrape())
                    .contains("gateway_requests_total{model=\"micro/arithmetic\",protocol=\"OPENAI_CHAT\","
                            + "route=\"/v1/chat/completions\",status=\"200\"} 1.0")
                    .contains("gateway_routing_decisions_total{model=\"micro/arithmetic\",policy=\"cheap\","
                            + "reason=\"several_calls\",router=\"graph\"} 1.0")
                    .contains("gateway_upstream_attempts_total{backend=\"moe\",outcome=\"OVERLOADED\"} 1.0")
                    .contains("gateway_fallbacks_total{from=\"micro/facts\",reason=\"OVERLOADED\","
                            + "to=\"micro/arithmetic\"} 1.0")
                    .contains("gateway_routing_seconds_bucket{router=\"graph\",le=\"5.0E-4\"} 1")
                    .contains("gateway_overhead_seconds_bucket{protocol=\"OPENAI_CHAT\",le=\"0.001\"} 1")
                    .contains("gen_ai_client_operation_duration_seconds_bucket{error_type=\"\","
                            + "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"parley\","
                            + "gen_ai_request_model=\"micro/arithmetic\",gen_ai_response_model=\"micro/arithmetic\","
                            + "le=\"0.01\"} 1")
                    .contains("gen_ai_client_token_usage_bucket{gen_ai_operation_name=\"chat\","
                            + "gen_ai_provider_name=\"parley\",gen_ai_request_model=\"micro/arithmetic\","
                            + "gen_ai_token_type=\"input\",le=\"16.0\"} 1")
                    .contains("gen_ai_client_operation_time_to_first_chunk_seconds_count")
                    .contains("gateway_cost_usd_total{model=\"micro/arithmetic\",policy=\"cheap\"} 1.5E-6")
                    .contains("gateway_cost_saved_usd_total{baseline=\"dearest\"}")
                    .contains("gateway_encoder_queries_total{tier=\"minilm-l6-q8\"} 1.0")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void namesThatAreNotConfiguredNeverBecomeLabels() {
        try (GatewayMetrics metrics = new GatewayMetrics(config())) {
            metrics.record(Outcomes.outcome("d1", Outcomes.NOON, "invented-by-a-client", OptionalLong.empty()));
            for (int i = 0; i < 100; i++) {
                metrics.feedback("metric" + i);
            }
            String scraped = metrics.scrape();
            assertThat(scraped)
                    .contains("model=\"other\"")
                    .doesNotContain("invented-by-a-client")
                    .doesNotContain("session-1")
                    .doesNotContain("team-a")
                    .contains("gateway_feedback_total{metric=\"other\"} 68.0");
        }
    }

    @Test
    void gaugesAreReadWhenScrapedAndFollowTheBackends() {
        double[] value = {1};
        try (GatewayMetrics metrics = new GatewayMetrics(config())) {
            metrics.backends(List.of("moe", "old"), id -> 3, id -> value[0]);
            metrics.gauge("gateway.record.queued", "Outcomes waiting", () -> 7);
            metrics.counter("gateway.record.lost", "Outcomes lost", value, v -> v[0]);
            value[0] = 2;
            assertThat(metrics.scrape())
                    .contains("gateway_backend_state{backend=\"moe\"} 2.0")
                    .contains("gateway_backend_inflight{backend=\"old\"} 3.0")
                    .contains("gateway_record_queued 7.0")
                    .contains("gateway_record_lost_total 2.0");
            metrics.backends(List.of("moe"), id -> 4, id -> 0);
            assertThat(metrics.scrape())
                    .contains("gateway_backend_inflight{backend=\"moe\"} 4.0")
                    .doesNotContain("backend=\"old\"");
        }
    }

    @Test
    void aRequestRefusedBeforeADecisionIsNoDecision() {
        try (GatewayMetrics metrics = new GatewayMetrics(config())) {
            metrics.record(Outcomes.refused("d1"));
            assertThat(metrics.scrape())
                    .contains("gateway_requests_total{model=\"none\",protocol=\"OPENAI_CHAT\","
                            + "route=\"/v1/chat/completions\",status=\"429\"} 1.0")
                    .doesNotContain("gateway_routing_decisions_total{")
                    .doesNotContain("gateway_routing_seconds_count")
                    .doesNotContain("gateway_encoder_queries_total{");
        }
    }

    private static ParleyConfig config() {
        return new ParleyConfig(
                new ServerSpec(
                        "127.0.0.1",
                        0,
                        "127.0.0.1",
                        0,
                        Secret.none(),
                        ServerSpec.Transport.AUTO,
                        1,
                        1024,
                        Duration.ofSeconds(1),
                        false),
                new RoutingSpec("cheap", RoutingSpec.Device.CPU, 1, 128, Duration.ofMillis(50), ""),
                new CacheSpec(false, 0, Duration.ofMinutes(1)),
                new RecordSpec("x", false, Duration.ofDays(1)),
                List.of(new BackendSpec.Moe("moe", "", 1, 1, 1)),
                List.of(model("micro/arithmetic", 100_000), model("micro/facts", 900_000)),
                List.of(new PolicySpec.CheapestSufficient("cheap", 0, PolicySpec.Limits.NONE)),
                List.of(),
                List.of());
    }

    private static ModelSpec model(String id, long picoUsd) {
        return new ModelSpec(
                new ModelId(id),
                "moe",
                id,
                new Price.PerToken(picoUsd, picoUsd, 0, 0),
                Set.of(Capability.CHAT),
                256,
                64,
                new ModelCard("", "", 0.5, Map.of(), 10, Duration.ofMillis(1), 100));
    }
}
