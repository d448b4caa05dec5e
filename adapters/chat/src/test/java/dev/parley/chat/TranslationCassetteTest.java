package dev.parley.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.anthropic.AnthropicClient;
import dev.parley.chat.anthropic.AnthropicServer;
import dev.parley.chat.ollama.OllamaChatServer;
import dev.parley.chat.ollama.OllamaClient;
import dev.parley.chat.ollama.OllamaGenerateServer;
import dev.parley.chat.openai.OpenAiChatServer;
import dev.parley.chat.openai.OpenAiCompletionsServer;
import dev.parley.chat.openai.client.OpenAiChatClient;
import dev.parley.chat.openai.responses.OpenAiResponsesServer;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays exchanges between a client of one protocol and a backend of another, the answer cut at every byte. */
class TranslationCassetteTest {
    /** Two pieces, cut at so many places; single bytes besides, which cuts everywhere at once. */
    private static final int MOST_CUTS = 100;

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));

    static Stream<Cassette> cassettes() {
        return Cassette.all("anthropic", "ollama", "openai")
                .filter(cassette -> !cassette.head().containsKey("relay"));
    }

    @ParameterizedTest
    @MethodSource("cassettes")
    void requestIsTranslated(Cassette cassette) {
        List<String> warnings = new ArrayList<>();
        if (cassette.has("refused")) {
            List<String> expected = cassette.lines("refused");
            ChatFailure failure = catchThrowableOfType(
                    ChatFailure.class, () -> client(cassette).encode(call(cassette, warnings)));
            assertThat(failure).isNotNull();
            assertThat(failure.kind() + " " + failure.param()).isEqualTo(expected.getFirst());
            assertThat(failure.getMessage()).contains(expected.getLast());
            return;
        }
        ClientDialect.UpstreamRequest upstream = client(cassette).encode(call(cassette, warnings));
        same(
                Cassette.json(cassette.section("upstream")),
                Cassette.json(upstream.body().toString()));
        assertThat(warnings).containsExactlyInAnyOrderElementsOf(cassette.lines("warnings"));
    }

    @ParameterizedTest
    @MethodSource("cassettes")
    void answerIsTranslatedHoweverItIsCut(Cassette cassette) {
        if (!cassette.has("answer")) {
            assertThat(cassette.has("upstream") || cassette.has("refused")).isTrue();
            return;
        }
        byte[] answer = cassette.bytes("answer");
        List<ChatEvent> whole = events(cassette, List.of(answer));
        List<String> expected = shown(whole);
        for (int cut = 1; cut < answer.length; cut += 1 + answer.length / MOST_CUTS) {
            List<byte[]> pieces =
                    List.of(Arrays.copyOfRange(answer, 0, cut), Arrays.copyOfRange(answer, cut, answer.length));
            if (!shown(events(cassette, pieces)).equals(expected)) {
                assertThat(shown(events(cassette, pieces))).as("cut at %d", cut).isEqualTo(expected);
            }
        }
        List<byte[]> bytes = new ArrayList<>();
        for (byte b : answer) {
            bytes.add(new byte[] {b});
        }
        assertThat(shown(events(cassette, bytes))).isEqualTo(expected);
        reply(cassette, whole);
    }

    private static void reply(Cassette cassette, List<ChatEvent> events) {
        ChatRequest request = server(cassette).decode(cassette.bytes("request"));
        AnswerHead head = new AnswerHead("the-id", "ours", 1_700_000_000, new RawJson(cassette.get("explain", "{}")));
        ServerDialect.AnswerEncoder encoder = server(cassette).encoder(request, head);
        if (request.stream()) {
            Buffer out = Buffer.buffer();
            events.forEach(event -> out.appendBuffer(encoder.encode(event)));
            out.appendBuffer(encoder.end());
            List<JsonNode> expected = Cassette.frames(cassette.section("reply"));
            List<JsonNode> actual = Cassette.frames(out.toString());
            assertThat(actual).as("frames %s", out).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                same(expected.get(i), actual.get(i));
            }
        } else {
            AnswerFold fold = new AnswerFold();
            events.forEach(fold::add);
            same(
                    Cassette.json(cassette.section("reply")),
                    Cassette.json(encoder.whole(fold.answer()).toString()));
        }
    }

    private static List<ChatEvent> events(Cassette cassette, List<byte[]> pieces) {
        ClientDialect.AnswerDecoder decoder = client(cassette).decoder(call(cassette, new ArrayList<>()));
        List<ChatEvent> events = new ArrayList<>();
        pieces.forEach(piece -> decoder.feed(Buffer.buffer(piece), events::add));
        decoder.end(events::add);
        return events;
    }

    /** Records with arrays compare by identity: their text tells enough. */
    private static List<String> shown(List<ChatEvent> events) {
        return events.stream()
                .map(event -> event instanceof ChatEvent.Logprobs e
                        ? e.tokens().getFirst().token()
                        : event.toString())
                .toList();
    }

    private static BackendCall call(Cassette cassette, List<String> warnings) {
        ChatRequest request = server(cassette).decode(cassette.bytes("request"));
        return new BackendCall(cassette.model(), request, request.stream(), Map.of(), Instant.MAX, warnings::add);
    }

    static ServerDialect server(Cassette cassette) {
        return switch (cassette.get("client", "")) {
            case "anthropic" -> new AnthropicServer();
            case "ollama-chat" -> new OllamaChatServer();
            case "ollama-generate" -> new OllamaGenerateServer();
            case "openai-chat" -> new OpenAiChatServer();
            case "openai-responses" -> new OpenAiResponsesServer();
            case "openai-completions" -> new OpenAiCompletionsServer();
            default -> throw new IllegalArgumentException(cassette + " names no client");
        };
    }

    static ClientDialect client(Cassette cassette) {
        return switch (cassette.get("backend", "")) {
            case "anthropic" -> new AnthropicClient(CLOCK);
            case "ollama" -> new OllamaClient(CLOCK);
            case "openai" -> new OpenAiChatClient();
            default -> throw new IllegalArgumentException(cassette + " names no backend");
        };
    }

    private static void same(JsonNode expected, JsonNode actual) {
        assertThat(Cassette.matches(expected, actual))
                .withFailMessage("expected\n%s\nbut was\n%s", expected, actual)
                .isTrue();
    }
}
