package dev.parley.chat.anthropic;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Part;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;

/** Parts of a whole answer as content blocks. */
final class WholeBlocks {
    private static final RawJson EMPTY = new RawJson("{}");

    private WholeBlocks() {}

    /** Whether the protocol would show nothing. */
    static boolean isEmpty(Part part) {
        return switch (part) {
            case Part.Text p -> p.text().isEmpty();
            case Part.Refusal p -> p.text().isEmpty();
            case Part.ToolUse p -> false;
            case Part.Reasoning p -> false;
            case Part.RedactedReasoning p -> false;
            case Part.Image p -> true;
            case Part.Document p -> true;
            case Part.Audio p -> true;
            case Part.ToolResult p -> true;
            case Part.Foreign p -> true;
        };
    }

    /** Writes the block; parts no model answers with write nothing. */
    static void write(Part part, JsonOut out) {
        switch (part) {
            case Part.Text p -> text(p.text(), out);
            case Part.Refusal p -> text(p.text(), out);
            case Part.Reasoning p ->
                out.object()
                        .member("type", "thinking")
                        .member("thinking", p.text())
                        .member("signature", p.signature())
                        .endObject();
            case Part.RedactedReasoning p ->
                out.object()
                        .member("type", "redacted_thinking")
                        .member("data", p.data())
                        .endObject();
            case Part.ToolUse p ->
                out.object()
                        .member("type", "tool_use")
                        .member("id", p.id())
                        .member("name", p.name())
                        .member("input", input(p.arguments()))
                        .endObject();
            case Part.Image p -> {}
            case Part.Document p -> {}
            case Part.Audio p -> {}
            case Part.ToolResult p -> {}
            case Part.Foreign p -> {}
        }
    }

    private static void text(String text, JsonOut out) {
        out.object().member("type", "text").member("text", text).endObject();
    }

    /** Arguments that a token limit cut are no JSON; as at Anthropic, the input then is empty and the stop reason tells why. */
    private static RawJson input(String arguments) {
        RawJson json = new RawJson(arguments);
        try {
            return JsonView.of(json, "").isObject() ? json : EMPTY;
        } catch (ChatFailure malformed) {
            return EMPTY;
        }
    }
}
