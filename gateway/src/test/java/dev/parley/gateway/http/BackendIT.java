package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatFailure;
import dev.parley.gateway.testing.Received;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backend's answers as events, with demand. */
class BackendIT {
    @Test
    void sendsWhatTheDialectWroteAndSignalsWhatItReads() throws Exception {
        try (Stage stage = new Stage(Stage.chat())) {
            stage.upstream.expect(Script.chunked(200, "text/plain")
                    .chunk("a\nb")
                    .chunk("c\n.\n")
                    .end());
            Events events = Events.of(stage, Duration.ofSeconds(5));
            assertThat(events.all()).containsExactly("a", "bc", ".", "complete");
            Received request = stage.upstream.take();
            assertThat(request.path()).isEqualTo("/v1/lines");
            assertThat(request.header("x-own")).isEqualTo("1");
            assertThat(request.header("authorization")).isEqualTo("Bearer sk-upstream");
        }
    }

    @Test
    void nothingIsSentBeforeTheFirstDemand() throws Exception {
        try (Stage stage = new Stage(Stage.chat())) {
            Events events = Events.subscribe(stage, Duration.ofSeconds(5));
            assertThat(stage.upstream.requests()).isEmpty();
            stage.upstream.expect(
                    Script.chunked(200, "text/plain").chunk("a\nb\n.\n").end());
            assertThat(events.next(1)).containsExactly("a");
            assertThat(events.next(1)).containsExactly("b");
            assertThat(events.next(1)).as("the end needs no demand").containsExactly(".", "complete");
        }
    }

    @Test
    void failuresComeAfterTheEventsBeforeThem() throws Exception {
        Promise<Void> reset = Promise.promise();
        try (Stage stage = new Stage(Stage.chat())) {
            stage.upstream.expect(
                    Script.chunked(200, "text/plain").chunk("a\n!\n").hold(),
                    Script.chunked(200, "text/plain").chunk("a\n").end(),
                    Script.chunked(200, "text/plain")
                            .chunk("a\n")
                            .await(reset.future())
                            .reset(),
                    Script.chunked(200, "text/plain").chunk("a\n").hold());
            List<String> broken = List.of("a", "UPSTREAM_FAILED");
            assertThat(Events.of(stage, Duration.ofSeconds(5)).all())
                    .as("malformed")
                    .isEqualTo(broken);
            assertThat(Events.of(stage, Duration.ofSeconds(5)).all()).as("cut").isEqualTo(broken);
            Events events = Events.subscribe(stage, Duration.ofSeconds(5));
            assertThat(events.next(1)).containsExactly("a");
            reset.complete();
            assertThat(events.failure().kind()).as("reset").isEqualTo(ChatFailure.Kind.UPSTREAM_FAILED);
            assertThat(Events.of(stage, Duration.ofSeconds(5)).all())
                    .as("idle")
                    .containsExactly("a", "UPSTREAM_TIMEOUT");
            assertThat(stage.upstream.hungUp(5000)).isTrue();
        }
    }

    @Test
    void otherStatusesAreReadByTheDialect() throws Exception {
        try (Stage stage = new Stage(Stage.chat())) {
            stage.upstream.expect(
                    Script.answer(429, "application/json", "slow down", "retry-after: 3"),
                    Script.answer(502, "text/html", "<html>bad gateway</html>"));
            Events first = Events.of(stage, Duration.ofSeconds(5));
            assertThat(first.all()).containsExactly("UPSTREAM_REJECTED");
            assertThat(first.failure()).hasMessage("429 slow down");
            assertThat(Events.of(stage, Duration.ofSeconds(5)).failure()).hasMessage("502 <html>bad gateway</html>");
        }
    }

    @Test
    void theDeadlineOfTheCallCounts() throws Exception {
        try (Stage stage = new Stage(Stage.chat())) {
            stage.upstream.expect(Script.begin().hold());
            assertThat(Events.of(stage, Duration.ofMillis(200)).all()).containsExactly("UPSTREAM_TIMEOUT");
            assertThat(stage.upstream.hungUp(5000)).isTrue();
        }
    }

    @Test
    void aClosedPortIsAFailureWithoutItsAddress() throws Exception {
        try (Stage stage = new Stage(Stage.chat())) {
            stage.upstream.close();
            ChatFailure failure = Events.of(stage, Duration.ofSeconds(5)).failure();
            assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.UPSTREAM_FAILED);
            assertThat(failure).hasMessageContaining("mock").hasMessageNotContaining("127.0.0.1");
        }
    }
}
