package dev.parley.chat.anthropic;

import dev.parley.chat.Part;
import dev.parley.chat.Part.Media;
import dev.parley.chat.Protocol;
import dev.parley.chat.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Content blocks in neutral words. A block we do not know becomes {@link Part.Foreign} and so reaches Anthropic backends whole. */
final class BlockReader {
    private static final String TYPE = "type";
    private static final String SOURCE = "source";

    private BlockReader() {}

    /** A string, or text blocks only, as {@code system} wants it. */
    static List<Part> texts(JsonView content) {
        return blocks(content, block -> {
            JsonView type = block.need(TYPE);
            if (!type.string().equals("text")) {
                throw type.fault("'" + type.path() + "' is '" + type.string() + "'; only text blocks may stand here.");
            }
            return part(block);
        });
    }

    /** What a user says: everything but calls of tools. */
    static List<Part> user(JsonView content) {
        return blocks(content, block -> but("tool_use", block, "an assistant"));
    }

    /** What an assistant says: everything but results of tools. */
    static List<Part> assistant(JsonView content) {
        return blocks(content, block -> but("tool_result", block, "a user"));
    }

    private static Part but(String misplaced, JsonView block, String whose) {
        JsonView type = block.need(TYPE);
        if (type.string().equals(misplaced)) {
            throw type.fault("'" + type.path() + "': a " + misplaced + " block belongs into " + whose + " message.");
        }
        return part(block);
    }

    private interface Reader {
        Part read(JsonView block);
    }

    private static List<Part> blocks(JsonView content, Reader reader) {
        if (content.isString()) {
            return List.of(new Part.Text(content.string()));
        }
        if (!content.isArray()) {
            throw content.fault("'" + content.path() + "' must be a string or an array of blocks.");
        }
        List<Part> parts = new ArrayList<>();
        for (JsonView block : content.items()) {
            parts.add(reader.read(block));
        }
        return parts;
    }

    private static Part part(JsonView block) {
        String type = block.need(TYPE).string();
        return switch (type) {
            case "text" -> new Part.Text(block.need("text").string(), block.extras(Set.of(TYPE, "text")));
            case "image" ->
                media(block)
                        .<Part>map(media -> new Part.Image(media, "", block.extras(Set.of(TYPE, SOURCE))))
                        .orElseGet(() -> foreign(type, block));
            case "document" ->
                media(block).<Part>map(media -> document(media, block)).orElseGet(() -> foreign(type, block));
            case "tool_use" -> toolUse(block);
            case "tool_result" -> toolResult(block);
            case "thinking" -> new Part.Reasoning(block.need("thinking").string(), block.string("signature", ""));
            case "redacted_thinking" ->
                new Part.RedactedReasoning(block.need("data").string());
            default -> foreign(type, block);
        };
    }

    private static Part foreign(String type, JsonView block) {
        return new Part.Foreign(Protocol.ANTHROPIC_MESSAGES, type, block.raw());
    }

    private static Part document(Media media, JsonView block) {
        return new Part.Document(media, block.string("title", ""), block.extras(Set.of(TYPE, SOURCE, "title")));
    }

    private static Part toolUse(JsonView block) {
        JsonView input = block.need("input");
        input.members();
        return new Part.ToolUse(
                block.need("id").string(),
                block.need("name").string(),
                input.raw().text());
    }

    private static Part toolResult(JsonView block) {
        List<Part> content = block.get("content")
                .map(value -> blocks(value, BlockReader::part))
                .orElse(List.of());
        return new Part.ToolResult(
                block.need("tool_use_id").string(),
                content,
                block.flag("is_error"),
                block.extras(Set.of(TYPE, "tool_use_id", "content", "is_error")));
    }

    /** Empty for kinds of source that have no neutral word, such as a document made of blocks. */
    private static Optional<Media> media(JsonView block) {
        JsonView source = block.need(SOURCE);
        return switch (source.need(TYPE).string()) {
            case "base64" ->
                Optional.of(new Media.Inline(
                        source.need("media_type").string(), source.need("data").string()));
            case "url" -> Optional.of(new Media.Url(source.need("url").string()));
            case "file" -> Optional.of(new Media.FileId(source.need("file_id").string()));
            case "text" ->
                Optional.of(new Media.Inline(
                        source.string("media_type", "text/plain"),
                        base64(source.need("data").string())));
            default -> Optional.empty();
        };
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
