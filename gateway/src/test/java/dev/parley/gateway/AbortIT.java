package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Eventually;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that leave while the embedded models compute for them. */
class AbortIT {
    private static final String CHAT = "/v1/chat/completions";
    /** A token forced again and again: each answer is as long as the model can. */
    private static final String ENDLESS = "\"logit_bias\":{\"70\":100},\"max_tokens\":256";

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    @Test
    void whoLeavesStopsWhatIsComputedAndQueuedForHim() throws Exception {
        try (TestGateway gateway = TestGateway.of("""
                server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}}
                record: {path: %s}
                backends:
                  - {id: local, kind: moe, max_sequences: 1, models: [parley-text]}
                """.formatted(folder.resolve("parley.db")), java.util.Map.of())) {
            HttpResponse<InputStream> stream =
                    gateway.open(CHAT, TestGateway.chat("parley-text", "x", "\"stream\":true", ENDLESS));
            List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                others.add(gateway.postLater(CHAT, TestGateway.chat("parley-text", "x " + i, ENDLESS)));
            }
            Eventually.get(() -> metric(gateway, "gateway_moe_queued"), queued -> queued > 30);
            stream.body().close();
            others.forEach(other -> other.cancel(true));
            Eventually.get(
                    SECOND,
                    () -> metric(gateway, "gateway_moe_queued") + metric(gateway, "gateway_moe_running"),
                    left -> left == 0);
            JsonNode list =
                    TestGateway.json(gateway.admin("/admin/decisions?limit=100").body());
            long cancelled = 0;
            for (JsonNode outcome : list) {
                if (outcome.at("/result/finish").asText().equals("CANCELLED")) {
                    cancelled++;
                    assertThat(outcome.at("/calls/0/status").asText()).isEqualTo("cancelled");
                }
            }
            assertThat(cancelled).isGreaterThan(30);
            assertThat(gateway.ask("parley-text", "Reverse the word gateway").get())
                    .as("the place is free again")
                    .contains("yawetag");
        }
    }

    private static double metric(TestGateway gateway, String name) throws Exception {
        return gateway.admin("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
