package dev.parley.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ServerDialect.AnswerHead;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays exchanges between a client and a backend of one protocol: bytes in, bytes out, the answer cut at every byte. */
class RelayCassetteTest {
    static Stream<Cassette> cassettes() {
        return Cassette.all("anthropic", "ollama", "openai")
                .filter(cassette -> cassette.head().containsKey("relay"));
    }

    /** What came out of a tap, as text, and how it ended. */
    private record Passed(String text, String end) {}

    @ParameterizedTest
    @MethodSource("cassettes")
    void bodyIsRelayedWithOurModelOnly(Cassette cassette) {
        ServerDialect server = TranslationCassetteTest.server(cassette);
        ChatRequest request = server.decode(cassette.bytes("request"));
        String relayed = new String(server.relayBody(request, cassette.model()).toBytes(), StandardCharsets.UTF_8);
        assertThat(relayed.strip()).isEqualTo(cassette.section("relayed").strip());
    }

    @ParameterizedTest
    @MethodSource("cassettes")
    void answerIsRelayedHoweverItIsCut(Cassette cassette) {
        byte[] answer = cassette.bytes("answer");
        Passed whole = pass(cassette, List.of(answer));
        assertThat(whole.text().strip()).isEqualTo(cassette.section("reply").strip());
        assertThat(whole.end()).isEqualTo(cassette.section("end").strip());
        for (int cut = 1; cut < answer.length; cut++) {
            List<byte[]> pieces =
                    List.of(Arrays.copyOfRange(answer, 0, cut), Arrays.copyOfRange(answer, cut, answer.length));
            assertThat(pass(cassette, pieces)).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    private static Passed pass(Cassette cassette, List<byte[]> pieces) {
        ServerDialect server = TranslationCassetteTest.server(cassette);
        ChatRequest request = server.decode(cassette.bytes("request"));
        RelayTap tap = server.tap(request, new AnswerHead("id", "ours", 1, new RawJson(cassette.get("explain", "{}"))));
        Buffer out = Buffer.buffer();
        try {
            pieces.forEach(piece -> out.appendBuffer(tap.pass(Buffer.buffer(piece))));
            out.appendBuffer(tap.end());
        } catch (ChatFailure failure) {
            return new Passed(out.toString(), failure.kind() + " " + failure.getMessage());
        }
        return new Passed(
                out.toString(),
                "%s in=%d cached=%d out=%d chars=%d"
                        .formatted(
                                tap.finishReason(),
                                tap.usage().inputTokens(),
                                tap.usage().cachedInputTokens(),
                                tap.usage().outputTokens(),
                                tap.textChars()));
    }
}
