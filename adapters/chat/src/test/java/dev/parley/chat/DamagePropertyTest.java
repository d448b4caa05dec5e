package dev.parley.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ServerDialect.AnswerHead;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever stands on the wire, a dialect throws nothing but a {@link ChatFailure} that blames the right side. */
class DamagePropertyTest {
    private static final String[] BITS = {
        "null", "\"x\"", "{}", "[]", "1e999", "-1", "true", "\\u0000", "}", "\n\n", "\""
    };

    @Property(tries = 200)
    void damagedRequestsAreTheClientsFault(
            @ForAll("cassettes") Cassette cassette,
            @ForAll @IntRange(max = 1_000_000) int where,
            @ForAll("bits") String bit) {
        byte[] damaged = damage(cassette.bytes("request"), where, bit);
        ServerDialect server = TranslationCassetteTest.server(cassette);
        try {
            ChatRequest request = server.decode(damaged);
            AnswerHead head = new AnswerHead("id", "ours", 1, new RawJson("{}"));
            server.immediate(request, head);
            Conversation conversation = request.conversation();
            if (cassette.head().containsKey("backend")) {
                TranslationCassetteTest.client(cassette).encode(call(cassette, request));
            }
            assertThat(TokenEstimate.of(conversation)).isPositive();
        } catch (ChatFailure failure) {
            assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.BAD_REQUEST);
        }
    }

    @Property(tries = 200)
    void damagedAnswersAreTheBackendsFault(
            @ForAll("answered") Cassette cassette,
            @ForAll @IntRange(max = 1_000_000) int where,
            @ForAll("bits") String bit) {
        Buffer damaged = Buffer.buffer(damage(cassette.bytes("answer"), where, bit));
        ServerDialect server = TranslationCassetteTest.server(cassette);
        ChatRequest request = server.decode(cassette.bytes("request"));
        AnswerHead head = new AnswerHead("id", "ours", 1, new RawJson("{}"));
        try {
            if (cassette.head().containsKey("backend")) {
                translate(cassette, request, head, damaged);
            } else {
                RelayTap tap = server.tap(request, head);
                assertThat(tap.pass(damaged).length()).isNotNegative();
                assertThat(tap.end().length()).isNotNegative();
            }
        } catch (ChatFailure failure) {
            assertThat(failure.kind()).isNotIn(ChatFailure.Kind.BAD_REQUEST, ChatFailure.Kind.INTERNAL);
        }
    }

    private static void translate(Cassette cassette, ChatRequest request, AnswerHead head, Buffer answer) {
        List<ChatEvent> events = new ArrayList<>();
        var decoder = TranslationCassetteTest.client(cassette).decoder(call(cassette, request));
        decoder.feed(answer, events::add);
        decoder.end(events::add);
        ServerDialect server = TranslationCassetteTest.server(cassette);
        ServerDialect.AnswerEncoder stream = server.encoder(request, head);
        AnswerFold fold = new AnswerFold();
        events.forEach(event -> {
            stream.encode(event);
            fold.add(event);
        });
        assertThat(stream.end().length()).isNotNegative();
        String whole = server.encoder(request, head).whole(fold.answer()).toString();
        assertThat(Cassette.json(whole).isObject()).isTrue();
    }

    private static BackendCall call(Cassette cassette, ChatRequest request) {
        return new BackendCall(cassette.model(), request, request.stream(), Map.of(), Instant.MAX, warning -> {});
    }

    /** Puts a piece of JSON, or what breaks it, over a value or anywhere. */
    private static byte[] damage(byte[] bytes, int where, String bit) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int at = where % text.length();
        int colon = where % 3 == 0 ? -1 : text.indexOf(':', at);
        int from = colon < 0 ? at : colon + 1;
        int to = Math.min(text.length(), from + (where % 3 == 1 ? 0 : 3));
        return (text.substring(0, from) + bit + text.substring(to)).getBytes(StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<Cassette> cassettes() {
        return Arbitraries.of(Cassette.all("anthropic", "ollama", "openai").toList());
    }

    @Provide
    Arbitrary<Cassette> answered() {
        return Arbitraries.of(Cassette.all("anthropic", "ollama", "openai")
                .filter(cassette -> cassette.has("answer"))
                .toList());
    }

    @Provide
    Arbitrary<String> bits() {
        return Arbitraries.of(BITS);
    }
}
