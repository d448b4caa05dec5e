package dev.parley.chat.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.Part.Media;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A conversation in OpenAI's form, said to Anthropic and read back, is the same conversation. */
class RoundTripPropertyTest {
    private static final ModelSpec MODEL = new ModelSpec(
            new ModelId("m"),
            "b",
            "up",
            new Price.Unknown(),
            EnumSet.allOf(Capability.class),
            1000,
            64_000,
            new ModelCard("", "", 0.5, Map.of(), 100, Duration.ofMillis(1), 1));

    @Property(tries = 300)
    void nothingIsLostOrMoved(@ForAll("conversations") Conversation conversation) {
        ChatRequest request = new ChatRequest(
                Protocol.OPENAI_CHAT,
                ScannedBody.of("{}".getBytes(StandardCharsets.UTF_8)),
                "m",
                false,
                () -> conversation);
        List<String> warnings = new ArrayList<>();
        BackendCall call = new BackendCall(MODEL, request, false, Map.of(), Instant.MAX, warnings::add);
        byte[] wire = new AnthropicClient().encode(call).body().getBytes();
        Conversation back = new AnthropicServer().decode(wire).conversation();
        assertThat(warnings).isEmpty();
        assertThat(back).isEqualTo(conversation);
    }

    @Provide
    Arbitrary<Conversation> conversations() {
        Arbitrary<List<Turn>> rounds = round().list().ofMinSize(1).ofMaxSize(4).map(list -> {
            List<Turn> turns = new ArrayList<>();
            list.forEach(turns::addAll);
            return turns;
        });
        return Combinators.combine(text(), rounds, tools(), settings()).as((system, turns, tools, settings) -> {
            List<Turn> all = new ArrayList<>();
            all.add(Turn.text(Turn.Role.SYSTEM, system));
            all.addAll(turns);
            ToolChoice choice = tools.isEmpty() ? new ToolChoice.Unset() : new ToolChoice.Required();
            return new Conversation(all, tools, choice, new OutputFormat.FreeText(), settings, Map.of());
        });
    }

    /** A question, perhaps with a picture; then words, or a call and its result and words after it. */
    private static Arbitrary<List<Turn>> round() {
        Arbitrary<Turn> question = Combinators.combine(text(), Arbitraries.of(true, false))
                .as((text, picture) -> {
                    List<Part> parts = new ArrayList<>(List.of(new Part.Text(text)));
                    if (picture) {
                        parts.add(new Part.Image(new Media.Inline("image/png", "AAAA"), "", Map.of()));
                    }
                    return new Turn(Turn.Role.USER, parts);
                });
        Arbitrary<List<Turn>> answer = Arbitraries.oneOf(
                text().map(text -> List.of(Turn.text(Turn.Role.ASSISTANT, text))),
                Combinators.combine(text(), text(), Arbitraries.integers().between(1, 3))
                        .as(RoundTripPropertyTest::calls));
        return Combinators.combine(question, answer).as((turn, rest) -> {
            List<Turn> turns = new ArrayList<>(List.of(turn));
            turns.addAll(rest);
            return turns;
        });
    }

    private static List<Turn> calls(String result, String words, int count) {
        List<Part> calls = new ArrayList<>();
        List<Part> results = new ArrayList<>();
        calls.add(new Part.Text(words));
        for (int i = 0; i < count; i++) {
            String id = "call_" + Integer.toHexString(words.hashCode()) + i;
            calls.add(new Part.ToolUse(id, "tool_" + i, "{\"n\":1.50,\"s\":\"é\"}"));
            results.add(new Part.ToolResult(id, List.of(new Part.Text(result)), i == 1, Map.of()));
        }
        return List.of(
                new Turn(Turn.Role.ASSISTANT, calls),
                new Turn(Turn.Role.TOOL, results),
                Turn.text(Turn.Role.ASSISTANT, words));
    }

    /** With what JSON must escape; not ending in white space, which a prefill loses. */
    private static Arbitrary<String> text() {
        return Arbitraries.strings()
                .withChars("ab \"\\\n\té€\u0001\u2028")
                .withCharRange('0', 'z')
                .ofMaxLength(12)
                .map(text -> text + "\ud83d\ude00.");
    }

    private static Arbitrary<List<Tool>> tools() {
        return Arbitraries.of("a", "b", "c")
                .map(name -> (Tool) new Tool.Function(
                        name, "does " + name, new RawJson("{\"type\":\"object\",\"properties\":{}}"), true, Map.of()))
                .list()
                .ofMaxSize(2);
    }

    private static Arbitrary<Map<Setting, RawJson>> settings() {
        return Combinators.combine(Arbitraries.integers().between(1, 64_000), Arbitraries.of("0", "0.70", "1", "1e-1"))
                .as((max, temperature) -> Map.of(
                        Setting.MAX_OUTPUT_TOKENS, new RawJson(Integer.toString(max)),
                        Setting.TEMPERATURE, new RawJson(temperature),
                        Setting.STOP, new RawJson("[\"END\"]"),
                        Setting.USER, new RawJson("\"u\"")));
    }
}
