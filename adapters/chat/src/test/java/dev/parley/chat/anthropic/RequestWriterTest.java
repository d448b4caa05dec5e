package dev.parley.chat.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rows of the first table of wire-contract section 11, for conversations as an OpenAI client has them. */
class RequestWriterTest {
    private final List<String> warnings = new ArrayList<>();

    private String write(Conversation conversation, Capability... capabilities) {
        ModelCard card = new ModelCard("", "", 0.5, Map.of(), 100, Duration.ofMillis(1), 1);
        ModelSpec model =
                new ModelSpec(new ModelId("m"), "b", "up", new Price.Unknown(), Set.of(capabilities), 1000, 6000, card);
        ChatRequest request = new ChatRequest(
                Protocol.OPENAI_CHAT,
                ScannedBody.of("{}".getBytes(StandardCharsets.UTF_8)),
                "m",
                false,
                () -> conversation);
        BackendCall call = new BackendCall(model, request, false, Map.of(), Instant.MAX, warnings::add);
        return new AnthropicClient().encode(call).body().toString();
    }

    private static Conversation turns(Turn... turns) {
        return with(Map.of(), turns);
    }

    private static Conversation with(Map<Setting, RawJson> settings, Turn... turns) {
        return new Conversation(
                List.of(turns), List.of(), new ToolChoice.Unset(), new OutputFormat.FreeText(), settings, Map.of());
    }

    private static Turn user(String text) {
        return Turn.text(Turn.Role.USER, text);
    }

    private static Turn result(String id, String text) {
        return new Turn(
                Turn.Role.TOOL, List.of(new Part.ToolResult(id, List.of(new Part.Text(text)), false, Map.of())));
    }

    @Test
    void systemAndDeveloperAreJoinedAndTheLimitHasADefault() {
        assertThat(write(turns(Turn.text(Turn.Role.SYSTEM, "a"), user("u"), Turn.text(Turn.Role.DEVELOPER, "b"))))
                .isEqualTo("{\"model\":\"up\",\"max_tokens\":6000,\"system\":\"a\\n\\nb\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"u\"}]}");
    }

    @Test
    void allResultsAndTheWordsBehindThemAreOneUserTurnAndIdsAreMapped() {
        String json = write(turns(
                Turn.text(Turn.Role.ASSISTANT, ""),
                Turn.text(Turn.Role.ASSISTANT, "leads"),
                new Turn(
                        Turn.Role.ASSISTANT,
                        List.of(
                                new Part.ToolUse("call.1", "f", ""),
                                new Part.ToolUse("call_1", "g", "{\"x\":1}"),
                                new Part.Reasoning("unsigned", ""),
                                new Part.Text("words"))),
                result("call.1", "r1"),
                result("call_1", ""),
                user("thanks"),
                user("more")));
        assertThat(json)
                .contains("\"messages\":[{\"role\":\"user\",\"content\":\"Continue.\"},"
                        + "{\"role\":\"assistant\",\"content\":\"leads\"},"
                        + "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"words\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"call_1_2\",\"name\":\"f\",\"input\":{}},"
                        + "{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"g\",\"input\":{\"x\":1}}]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"call_1_2\",\"content\":\"r1\"},"
                        + "{\"type\":\"tool_result\",\"tool_use_id\":\"call_1\"},{\"type\":\"text\",\"text\":\"thanks\"}]},"
                        + "{\"role\":\"user\",\"content\":\"more\"}]");
    }

    @Test
    void picturesAndFilesFindTheirSource() {
        String json = write(turns(new Turn(
                Turn.Role.USER,
                List.of(
                        new Part.Image(
                                new Media.Url("data:image/jpg;base64,AAAA"), "high", Map.of("x", new RawJson("1"))),
                        new Part.Image(new Media.Url("https://e.org/a.png"), "", Map.of()),
                        new Part.Image(new Media.Url("data:application/pdf;base64,JVBE"), "", Map.of()),
                        new Part.Document(new Media.Inline("text/csv", "YSxi"), "t.csv", Map.of())))));
        assertThat(json)
                .contains(
                        "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/jpeg\",\"data\":\"AAAA\"}}",
                        "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://e.org/a.png\"}}",
                        "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBE\"}}",
                        "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"a,b\"},\"title\":\"t.csv\"}");
    }

    @Test
    void settingsAreClampedDroppedOrRefused() {
        String json = write(with(
                Map.of(
                        Setting.TEMPERATURE, new RawJson("1.5"),
                        Setting.TOP_P, new RawJson("0.5"),
                        Setting.STOP, new RawJson("\"END\""),
                        Setting.MAX_OUTPUT_TOKENS, new RawJson("9000"),
                        Setting.SEED, new RawJson("1"),
                        Setting.USER, new RawJson("\"u\""),
                        Setting.CHOICES, new RawJson("1"),
                        Setting.LOGPROBS, new RawJson("false"),
                        Setting.REASONING_EFFORT, new RawJson("\"high\""),
                        Setting.SERVICE_TIER, new RawJson("\"flex\"")),
                user("u")));
        assertThat(json)
                .contains(
                        "\"max_tokens\":6000",
                        "\"temperature\":1,",
                        "\"stop_sequences\":[\"END\"]",
                        "\"metadata\":{\"user_id\":\"u\"}")
                .doesNotContain("top_p", "seed", "service_tier", "effort");
        assertThat(warnings)
                .containsExactlyInAnyOrder(
                        "temperature lowered to 1",
                        "max_tokens lowered to the model's 6000",
                        "top_p dropped",
                        "seed dropped",
                        "reasoning_effort dropped",
                        "service_tier dropped");
        assertThatThrownBy(() -> write(with(Map.of(Setting.CHOICES, new RawJson("2")), user("u"))))
                .isInstanceOfSatisfying(
                        ChatFailure.class, e -> assertThat(e.param()).isEqualTo("n"));
        assertThatThrownBy(() -> write(with(Map.of(Setting.LOGPROBS, new RawJson("true")), user("u"))))
                .isInstanceOfSatisfying(
                        ChatFailure.class, e -> assertThat(e.param()).isEqualTo("logprobs"));
    }

    @Test
    void thinkingWithoutABudgetGetsOneAndRulesOutSampling() {
        String json = write(
                with(
                        Map.of(
                                Setting.THINKING, new RawJson("{\"type\":\"enabled\"}"),
                                Setting.TEMPERATURE, new RawJson("0.2")),
                        user("u")),
                Capability.REASONING);
        assertThat(json)
                .contains("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":3000}")
                .doesNotContain("temperature");
        assertThat(warnings).containsExactly("temperature dropped");
    }

    @Test
    void badArgumentsAreTheClientsFault() {
        assertThatThrownBy(() -> write(
                        turns(user("u"), new Turn(Turn.Role.ASSISTANT, List.of(new Part.ToolUse("1", "f", "{oops"))))))
                .isInstanceOfSatisfying(
                        ChatFailure.class, e -> assertThat(e.kind()).isEqualTo(ChatFailure.Kind.BAD_REQUEST))
                .hasMessageContaining("tool 'f'");
    }

    @Test
    void toolsChoiceAndSchema() {
        Tool tool = new Tool.Function("f", "", new RawJson("{}"), true, Map.of());
        OutputFormat format = new OutputFormat.JsonSchema("s", "", new RawJson("{\"type\":\"object\"}"), true);
        Conversation conversation = new Conversation(
                List.of(user("u")),
                List.of(tool),
                new ToolChoice.Named("f"),
                format,
                Map.of(Setting.PARALLEL_TOOL_CALLS, new RawJson("false")),
                Map.of("verbosity", new RawJson("\"low\""), "models", new RawJson("[]")));
        assertThat(write(conversation, Capability.JSON_SCHEMA))
                .contains(
                        "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}},\"strict\":true}]",
                        "\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\",\"disable_parallel_tool_use\":true}",
                        "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}");
        assertThat(warnings).containsExactly("verbosity dropped");
        assertThat(write(conversation))
                .contains("\"system\":\"Answer with one JSON value")
                .doesNotContain("strict");
    }

    @Test
    void aConversationOfSystemTextOnlyGetsAUserTurn() {
        assertThat(write(turns(Turn.text(Turn.Role.SYSTEM, "s"))))
                .contains("\"messages\":[{\"role\":\"user\",\"content\":\"Continue.\"}]");
    }
}
