package dev.parley.chat.openai.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatEvent.ToolCallArguments;
import dev.parley.chat.ChatEvent.ToolCallStarted;
import dev.parley.chat.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolCallReaderTest {
    private static List<ChatEvent> read(String... pieces) {
        ToolCallReader reader = new ToolCallReader(0, "chatcmpl-1");
        List<ChatEvent> events = new ArrayList<>();
        for (String piece : pieces) {
            reader.piece(JsonView.answer(piece.getBytes(StandardCharsets.UTF_8)), events::add);
        }
        reader.end(events::add);
        return events;
    }

    @Test
    void piecesWithoutIndexGoToTheLastCall() {
        assertThat(read(
                        "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}",
                        "{\"function\":{\"arguments\":\"}\"}}",
                        "{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}"))
                .containsExactly(
                        new ToolCallStarted(0, 0, "a", "f"),
                        new ToolCallArguments(0, 0, "{"),
                        new ToolCallArguments(0, 0, "}"),
                        new ToolCallStarted(0, 1, "b", "g"),
                        new ToolCallArguments(0, 1, "{}"));
    }

    @Test
    void oneIndexForAllWithNewIdsIsSeveralCalls() {
        assertThat(read(
                        "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}",
                        "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"))
                .containsExactly(
                        new ToolCallStarted(0, 0, "a", "f"),
                        new ToolCallArguments(0, 0, "{}"),
                        new ToolCallStarted(0, 1, "b", "f"),
                        new ToolCallArguments(0, 1, "{}"));
    }

    @Test
    void aLateNameAMissingIdAndAnObjectOfArguments() {
        assertThat(read(
                        "{\"index\":0,\"function\":{\"arguments\":\"{\"}}",
                        "{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"}\"}}",
                        "{\"index\":1,\"function\":{\"name\":\"g\",\"arguments\":{\"a\":1.50}}}",
                        "{\"index\":2,\"id\":\"c\",\"function\":{\"name\":\"h\"}}"))
                .containsExactly(
                        new ToolCallStarted(0, 0, "call_chatcmpl-1_0_0", "f"),
                        new ToolCallArguments(0, 0, "{"),
                        new ToolCallArguments(0, 0, "}"),
                        new ToolCallStarted(0, 1, "call_chatcmpl-1_0_1", "g"),
                        new ToolCallArguments(0, 1, "{\"a\":1.50}"),
                        new ToolCallStarted(0, 2, "c", "h"),
                        new ToolCallArguments(0, 2, "{}"));
    }
}
