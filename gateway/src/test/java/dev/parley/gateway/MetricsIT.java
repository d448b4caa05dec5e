package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.testing.Eventually;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Promise;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} says of a real gateway. */
class MetricsIT {
    private static final String CHAT = "/v1/chat/completions";

    @TempDir
    Path folder;

    @Test
    void callsUnderWayAreCountedAndNoLongerWhenTheyEnd() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            Promise<Void> go = Promise.promise();
            fleet.one.expect(Script.begin().await(go.future()).close());
            fleet.two.expect(OpenAiScripts.answer("x"));
            var answer = fleet.gateway.postLater(CHAT, TestGateway.chat("first", "x", "\"models\":[\"second\"]"));
            fleet.one.take();
            assertThat(metrics(fleet)).contains("gateway_backend_inflight{backend=\"one\"} 1.0");
            go.complete();
            assertThat(answer.get().statusCode()).isEqualTo(200);
            fleet.gateway.outcome(answer.get());
            assertThat(metrics(fleet))
                    .contains("gateway_backend_inflight{backend=\"one\"} 0.0")
                    .contains("gateway_backend_inflight{backend=\"two\"} 0.0")
                    .contains("gateway_fallbacks_total{from=\"first\",reason=\"UPSTREAM_FAILED\",to=\"second\"} 1.0");
        }
    }

    @Test
    void aBackendThatFailsIsDown() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            assertThat(metrics(fleet)).contains("gateway_backend_state{backend=\"one\"} 0.0");
            fleet.one.expect(OpenAiScripts.fault(500));
            fleet.gateway.post(CHAT, TestGateway.chat("first", "x"));
            assertThat(metrics(fleet)).contains("gateway_backend_state{backend=\"one\"} 1.0");
            for (int i = 0; i < 9; i++) {
                // More than it tolerates, so that it is left alone for a minute, long enough to be seen.
                Eventually.get(
                        () -> metrics(fleet), text -> text.contains("gateway_backend_state{backend=\"one\"} 1.0"));
                fleet.one.expect(OpenAiScripts.fault(500));
                fleet.gateway.post(CHAT, TestGateway.chat("first", "x"));
                if (metrics(fleet).contains("gateway_backend_state{backend=\"one\"} 2.0")) {
                    return;
                }
            }
            throw new AssertionError("never down: " + metrics(fleet));
        }
    }

    @Test
    void feedbackIsCountedByMetricIfTheDecisionIsKnown() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(OpenAiScripts.answer("x"));
            var answer = fleet.gateway.post(CHAT, TestGateway.chat("first", "x"));
            String id = answer.headers().firstValue("x-gateway-decision-id").orElseThrow();
            var said = fleet.gateway.post(
                    "/v1/feedback", "{\"decision_id\":\"" + id + "\",\"metric\":\"thumb\",\"value\":1}");
            assertThat(said.statusCode()).as(said.body()).isEqualTo(202);
            var unknown = fleet.gateway.post(
                    "/v1/feedback", "{\"decision_id\":\"dec_0000\",\"metric\":\"thumb\",\"value\":1}");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(metrics(fleet)).contains("gateway_feedback_total{metric=\"thumb\"} 1.0");
            assertThat(fleet.gateway.outcome(answer).at("/feedback/0/value").asDouble())
                    .isEqualTo(1);
        }
    }

    @Test
    void aRefusedRequestIsNoDecisionAndQueuesAreShown() throws Exception {
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            assertThat(gateway.post(CHAT, TestGateway.chat("nope", "x")).statusCode())
                    .isEqualTo(404);
            String text = Eventually.get(() -> gateway.admin("/metrics").body(), t -> t.contains("status=\"404\""));
            assertThat(text)
                    .contains("gateway_requests_total{model=\"none\",protocol=\"OPENAI_CHAT\","
                            + "route=\"/v1/chat/completions\",status=\"404\"} 1.0")
                    .doesNotContain("gateway_routing_decisions_total{")
                    .contains("gateway_record_queued ")
                    .contains("gateway_record_lost_total 0.0")
                    .contains("gateway_encoder_missed 0.0")
                    .contains("gateway_moe_running 0.0")
                    .contains("gateway_moe_queued 0.0");
        }
    }

    private static String metrics(Fleet fleet) throws Exception {
        return fleet.gateway.admin("/metrics").body();
    }
}
