package dev.parley.chat.anthropic;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import java.util.List;

/** Parts as content blocks. */
final class PartWriter {
    private static final String MESSAGES = "messages";

    private final Translation translation;
    private final JsonOut out;
    private final MediaWriter media;

    PartWriter(Translation translation, JsonOut out) {
        this.translation = translation;
        this.out = out;
        this.media = new MediaWriter(translation, out);
    }

    /** Whether the part has a form here: Anthropic refuses blank text, and thinking without its own signature. */
    boolean isSent(Part part) {
        return switch (part) {
            case Part.Text p -> !p.text().isBlank();
            case Part.Refusal p -> !p.text().isBlank();
            case Part.Reasoning p -> !p.signature().isEmpty();
            case Part.Foreign p -> isKnown(p);
            case Part.Image p -> true;
            case Part.Document p -> true;
            case Part.Audio p -> true;
            case Part.ToolUse p -> true;
            case Part.ToolResult p -> true;
            case Part.RedactedReasoning p -> true;
        };
    }

    private boolean isKnown(Part.Foreign part) {
        boolean known = part.protocol() == Protocol.ANTHROPIC_MESSAGES;
        if (!known) {
            translation.warn(part.type() + " part dropped");
        }
        return known;
    }

    /** Writes the value of a {@code content} member: a string where that says it all. */
    void write(List<Part> parts) {
        if (parts.size() == 1
                && parts.getFirst() instanceof Part.Text text
                && translation.passing(text.extras()).isEmpty()) {
            out.string(text.text());
            return;
        }
        out.array();
        parts.forEach(this::block);
        out.endArray();
    }

    private void block(Part part) {
        switch (part) {
            case Part.Text p -> {
                type("text").member("text", p.text());
                out.members(translation.passing(p.extras())).endObject();
            }
            case Part.Refusal p -> type("text").member("text", p.text()).endObject();
            case Part.Image p -> media.image(p);
            case Part.Document p -> media.document(p);
            case Part.ToolUse p -> toolUse(p);
            case Part.ToolResult p -> toolResult(p);
            case Part.Reasoning p ->
                type("thinking")
                        .member("thinking", p.text())
                        .member("signature", p.signature())
                        .endObject();
            case Part.RedactedReasoning p ->
                type("redacted_thinking").member("data", p.data()).endObject();
            case Part.Foreign p -> out.raw(p.json());
            case Part.Audio p ->
                throw translation.cannot(MESSAGES, "This model takes no audio; send the words as text.");
        }
    }

    private JsonOut type(String type) {
        return out.object().member("type", type);
    }

    private void toolUse(Part.ToolUse use) {
        type("tool_use").member("id", translation.ids().map(use.id())).member("name", use.name());
        out.member("input", input(use)).endObject();
    }

    private RawJson input(Part.ToolUse use) {
        if (use.arguments().isBlank()) {
            return new RawJson("{}");
        }
        RawJson input = new RawJson(use.arguments());
        try {
            if (JsonView.of(input, MESSAGES).isObject()) {
                return input;
            }
        } catch (ChatFailure malformed) {
            throw badArguments(use);
        }
        throw badArguments(use);
    }

    private ChatFailure badArguments(Part.ToolUse use) {
        return translation.cannot(
                MESSAGES,
                "The arguments of the call '" + use.id() + "' of tool '" + use.name()
                        + "' in 'messages' are no JSON object.");
    }

    private void toolResult(Part.ToolResult result) {
        type("tool_result").member("tool_use_id", translation.ids().map(result.toolUseId()));
        List<Part> content = result.content().stream().filter(this::isSent).toList();
        if (!content.isEmpty()) {
            out.name("content");
            write(content);
        }
        if (result.error()) {
            out.member("is_error", true);
        }
        out.members(translation.passing(result.extras())).endObject();
    }
}
