package dev.parley.chat.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.Part;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatReaderTest {
    private static final String CALL =
            "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}";

    private static Conversation read(String members) {
        String body = "{\"model\":\"m\"," + members + "}";
        return new OpenAiChatServer()
                .decode(body.getBytes(StandardCharsets.UTF_8))
                .conversation();
    }

    private static Conversation withUser(String members) {
        return read("\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + members);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"messages\":[]|messages",
                "\"messages\":\"x\"|messages",
                "\"messages\":[{\"content\":\"x\"}]|messages[0].role",
                "\"messages\":[{\"role\":\"bot\",\"content\":\"x\"}]|messages[0].role",
                "\"messages\":[{\"role\":\"user\"}]|messages[0].content",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]|messages[0].content[0].text",
                "\"messages\":[{\"role\":\"tool\",\"content\":\"x\",\"tool_call_id\":\"c9\"}]|messages[0].tool_call_id",
                "\"x\":1|messages",
                "\"messages\":[1],\"stream\":1|stream",
                "\"messages\":[1],\"stream_options\":1|stream_options",
            })
    void faultsNameTheMember(String members, String param) {
        ChatFailure failure = catchThrowableOfType(ChatFailure.class, () -> read(members));
        assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.BAD_REQUEST);
        assertThat(failure.param()).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"temperature\":2.5|temperature",
                "\"n\":0|n",
                "\"max_tokens\":0|max_tokens",
                "\"max_tokens\":1.5|max_tokens",
                "\"top_logprobs\":21|top_logprobs",
                "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]|stop",
                "\"response_format\":{\"type\":\"xml\"}|response_format.type",
                "\"tools\":[{\"type\":\"function\",\"function\":{}}]|tools[0].function.name",
                "\"tool_choice\":\"maybe\"|tool_choice",
            })
    void rangesAreChecked(String members, String param) {
        assertThat(catchThrowableOfType(ChatFailure.class, () -> withUser(members))
                        .param())
                .isEqualTo(param);
    }

    @Test
    void everyCallMustBeAnsweredBeforeTheTalkGoesOn() {
        String user = "{\"role\":\"user\",\"content\":\"x\"}";
        ChatFailure failure = catchThrowableOfType(
                ChatFailure.class, () -> read("\"messages\":[" + user + "," + CALL + "," + user + "]"));
        assertThat(failure.param()).isEqualTo("messages[2]");
        assertThat(failure).hasMessageContaining("c1");
        String answer = "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"1\"}";
        assertThat(read("\"messages\":[" + user + "," + CALL + "," + answer + "]")
                        .turns())
                .extracting(Turn::role)
                .containsExactly(Turn.Role.USER, Turn.Role.ASSISTANT, Turn.Role.TOOL);
    }

    @Test
    void settingsKeepTheirDigitsAndNullIsAbsent() {
        Conversation read = withUser("\"temperature\":1.0E+0,\"top_p\":null,\"max_tokens\":5,"
                + "\"max_completion_tokens\":7,\"seed\":9007199254740993,\"top_thing\":1.50,\"gateway\":{}");
        assertThat(read.settings()).containsEntry(Setting.TEMPERATURE, new RawJson("1.0E+0"));
        assertThat(read.settings()).doesNotContainKey(Setting.TOP_P);
        assertThat(read.integer(Setting.MAX_OUTPUT_TOKENS)).hasValue(7);
        assertThat(read.integer(Setting.SEED)).hasValue(9007199254740993L);
        assertThat(read.extras()).containsOnlyKeys("top_thing");
    }

    @Test
    void allowedToolsLeaveTheOthersOut() {
        Conversation read = withUser(
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
                        + "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}],\"tool_choice\":{\"type\":\"allowed_tools\","
                        + "\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}");
        assertThat(read.tools()).extracting(tool -> tool.name()).containsExactly("g");
        assertThat(read.toolChoice()).isEqualTo(new ToolChoice.Required());
    }

    @Test
    void aSignatureComesBackFromItsSideField() {
        Conversation read = read("\"messages\":[{\"role\":\"assistant\",\"content\":\"x\",\"reasoning_content\":\"hm\","
                + "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"SIG\",\"index\":0}]}]");
        assertThat(read.turns().getFirst().parts())
                .containsExactly(new Part.Reasoning("hm", "SIG"), new Part.Text("x"));
    }
}
