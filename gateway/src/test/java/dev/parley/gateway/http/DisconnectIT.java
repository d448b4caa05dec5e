package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.testing.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away ends the work for it; a slow one slows it down. */
class DisconnectIT {
    private static final String PATH = "/v1/chat/completions";
    /** Goal: one second. Without the cancelling, the limits of the backend would end the call after twenty. */
    private static final long WITHIN_MILLIS = 5000;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goingAwayBeforeTheHeadEndsTheUpstreamCall(boolean stream) throws Exception {
        try (Stage stage = new Stage(Stage.relay(stream))) {
            stage.upstream.expect(Script.begin().hold());
            RawClient client = stage.client().send(RawClient.post(PATH, "{}"));
            stage.upstream.take();
            client.close();
            assertThat(stage.upstream.hungUp(WITHIN_MILLIS)).isTrue();
            assertThat(TestDesk.noted(stage.notes, "gone")).isTrue();
        }
    }

    @Test
    void goingAwayInTheMiddleEndsTheUpstreamCall() throws Exception {
        try (Stage stage = new Stage(Stage.relay(true))) {
            stage.upstream.expect(Script.stream().chunk("data: 1\n\n").hold());
            RawClient client = stage.client().send(RawClient.post(PATH, "{}"));
            client.head();
            assertThat(client.chunk()).isEqualTo("data: 1\n\n");
            client.close();
            assertThat(stage.upstream.hungUp(WITHIN_MILLIS)).isTrue();
            assertThat(TestDesk.noted(stage.notes, "gone")).isTrue();
        }
    }

    @Test
    void goingAwayCancelsDecodedEventsToo() throws Exception {
        try (Stage stage = new Stage(Stage.chat())) {
            stage.upstream.expect(
                    Script.chunked(200, "text/plain").chunk("one\n").hold());
            RawClient client = stage.client().send(RawClient.post(PATH, "{}"));
            client.head();
            assertThat(client.chunk()).isEqualTo("data: one\n\n");
            client.close();
            assertThat(stage.upstream.hungUp(WITHIN_MILLIS)).isTrue();
            assertThat(TestDesk.noted(stage.notes, "gone")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatDoesNotReadStopsTheUpstream(boolean relayed) throws Exception {
        // 64 MiB: more than all socket buffers on the way.
        String line = relayed ? "data: " + "x".repeat(65_530) + "\n\n" : "x".repeat(65_536) + "\n";
        Script script = relayed ? Script.stream() : Script.chunked(200, "text/plain");
        for (int i = 0; i < 1024; i++) {
            script = script.chunk(line);
        }
        script = relayed
                ? script.chunk("data: [DONE]\n\n").end()
                : script.chunk(".\n").end();
        try (Stage stage = new Stage(relayed ? Stage.relay(true) : Stage.chat());
                RawClient client = stage.client()) {
            stage.upstream.expect(script);
            client.send(RawClient.post(PATH, "{}"));
            client.head();
            assertThat(stage.upstream.finished(700))
                    .as("the upstream could send 64 MiB to nobody")
                    .isFalse();
            long read = 0;
            for (byte[] chunk = client.bytes(); chunk.length > 0; chunk = client.bytes()) {
                read += chunk.length;
            }
            assertThat(read).isGreaterThan(64L << 20);
            assertThat(stage.upstream.finished(5000)).isTrue();
            assertThat(TestDesk.noted(stage.notes, "sent")).isTrue();
        }
    }
}
