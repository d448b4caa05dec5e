package dev.parley.chat.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatEvent.Finished;
import dev.parley.chat.ChatEvent.ReasoningDelta;
import dev.parley.chat.ChatEvent.RefusalDelta;
import dev.parley.chat.ChatEvent.Started;
import dev.parley.chat.ChatEvent.TextDelta;
import dev.parley.chat.ChatEvent.ToolCallArguments;
import dev.parley.chat.ChatEvent.ToolCallStarted;
import dev.parley.chat.ChatEvent.UsageReported;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.FinishReason;
import dev.parley.chat.Part;
import dev.parley.chat.RawJson;
import dev.parley.chat.ServerDialect.AnswerEncoder;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.config.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MessageEncoderTest {
    private static final ChatRequest REQUEST = new AnthropicServer()
            .decode(
                    "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                            .getBytes(StandardCharsets.UTF_8));

    private static AnswerEncoder encoder() {
        return new AnthropicServer().encoder(REQUEST, new AnswerHead("msg_1", "ours", 1, new RawJson("{}")));
    }

    private static String stream(ChatEvent... events) {
        AnswerEncoder encoder = encoder();
        StringBuilder out = new StringBuilder();
        for (ChatEvent event : events) {
            out.append(encoder.encode(event).toString(StandardCharsets.UTF_8));
        }
        return out.append(encoder.end().toString(StandardCharsets.UTF_8)).toString();
    }

    /** The essence of each block frame: start with its type, text, or stop. */
    private static List<String> blocks(String stream) {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = Pattern.compile(
                        "\"type\":\"content_block_(start|delta|stop)\",\"index\":(\\d)(?:,\"(?:content_block|delta)\":\\{\"type\":\"(\\w+)\",\"\\w+\":\"(.*)\"\\}\\}|.*?\"id\":\"(\\w+)\".*)?")
                .matcher(stream);
        while (matcher.find()) {
            String id = matcher.group(5) == null ? String.valueOf(matcher.group(4)) : matcher.group(5);
            blocks.add(matcher.group(2) + " " + matcher.group(1) + " " + id);
        }
        return blocks;
    }

    @Test
    void interleavedCallsBecomeBlocksOneAfterTheOther() {
        String stream = stream(
                new Started("a", "b", 1),
                new ToolCallStarted(0, 0, "c0", "f"),
                new ToolCallStarted(0, 1, "c1", "g"),
                new ToolCallArguments(0, 1, "{\\u0022b\\u0022"),
                new ToolCallArguments(0, 0, "{"),
                new ToolCallArguments(0, 1, "}"),
                new ToolCallArguments(0, 0, "}"),
                new Finished(0, FinishReason.STOP, ""),
                new UsageReported(Usage.of(3, 4)));
        assertThat(blocks(stream))
                .extracting(block -> block.substring(0, 7))
                .containsExactly(
                        "0 start", "0 delta", "0 delta", "0 stop ", "1 start", "1 delta", "1 delta", "1 stop ");
        assertThat(stream).contains("\"stop_reason\":\"tool_use\"").doesNotContain("[DONE]", "citations");
    }

    @Test
    void callsWithoutArgumentsDoNotHoldTheOthersForEver() {
        String stream = stream(
                new Started("a", "b", 1),
                new ToolCallStarted(0, 0, "c0", "f"),
                new ToolCallStarted(0, 1, "c1", "g"),
                new TextDelta(0, "t"),
                new Finished(0, FinishReason.TOOL_CALLS, ""));
        assertThat(blocks(stream))
                .containsExactly(
                        "0 start c0",
                        "0 stop null",
                        "1 start c1",
                        "1 stop null",
                        "2 start ",
                        "2 delta t",
                        "2 stop null");
    }

    @Test
    void reasoningAfterTextIsNotShown() {
        String stream = stream(
                new Started("a", "b", 1),
                new ReasoningDelta(0, "r1"),
                new TextDelta(0, "t"),
                new ReasoningDelta(0, "r2"),
                new Finished(0, FinishReason.LENGTH, ""));
        assertThat(stream).contains("r1", "\"stop_reason\":\"max_tokens\"").doesNotContain("r2");
    }

    @Test
    void refusalIsTextWithItsReason() {
        String stream =
                stream(new Started("a", "b", 1), new RefusalDelta(0, "no"), new Finished(0, FinishReason.STOP, ""));
        assertThat(stream).contains("\"text\":\"no\"", "\"stop_reason\":\"refusal\"");
    }

    @Test
    void otherChoicesAreNotShown() {
        String stream = stream(
                new Started("a", "b", 1),
                new TextDelta(1, "other"),
                new TextDelta(0, "mine"),
                new Finished(1, FinishReason.LENGTH, ""),
                new Finished(0, FinishReason.STOP, ""));
        assertThat(stream).contains("mine", "end_turn").doesNotContain("other", "max_tokens");
    }

    @Test
    void wholeAnswerShowsReasoningFirstAndValidInput() {
        ChatAnswer answer = new ChatAnswer(
                "x",
                "y",
                1,
                List.of(new ChatAnswer.Choice(
                        0,
                        List.of(
                                new Part.Text("t"),
                                new Part.Reasoning("r", ""),
                                new Part.ToolUse("c", "f", "{\"cut"),
                                new Part.ToolUse("d", "g", "")),
                        List.of(),
                        FinishReason.LENGTH,
                        "")),
                Usage.of(1, 2));
        assertThat(encoder().whole(answer).toString())
                .contains("\"content\":[{\"type\":\"thinking\",\"thinking\":\"r\",\"signature\":\"\"},"
                        + "{\"type\":\"text\",\"text\":\"t\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}},"
                        + "{\"type\":\"tool_use\",\"id\":\"d\",\"name\":\"g\",\"input\":{}}]");
    }
}
