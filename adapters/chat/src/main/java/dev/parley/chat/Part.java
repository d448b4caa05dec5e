package dev.parley.chat;

import java.util.List;
import java.util.Map;

/** A piece of a turn. {@code extras} are unknown members such as {@code cache_control}, kept for protocols that know them. */
public sealed interface Part {

    /** Plain text. */
    record Text(String text, Map<String, RawJson> extras) implements Part {
        public Text(String text) {
            this(text, Map.of());
        }
    }

    /**
     * A picture.
     *
     * @param detail OpenAI's hint, or empty
     */
    record Image(Media media, String detail, Map<String, RawJson> extras) implements Part {}

    /**
     * A file such as a PDF.
     *
     * @param name file name, or empty
     */
    record Document(Media media, String name, Map<String, RawJson> extras) implements Part {}

    /**
     * Spoken input.
     *
     * @param format such as {@code wav}
     */
    record Audio(String base64, String format) implements Part {}

    /**
     * A call of a tool by the assistant.
     *
     * @param arguments JSON text of an object as the model wrote it, possibly empty
     */
    record ToolUse(String id, String name, String arguments) implements Part {}

    /** A tool's answer. */
    record ToolResult(String toolUseId, List<Part> content, boolean error, Map<String, RawJson> extras)
            implements Part {
        public ToolResult {
            content = List.copyOf(content);
        }
    }

    /**
     * The assistant's reasoning.
     *
     * @param signature Anthropic's proof, or empty
     */
    record Reasoning(String text, String signature) implements Part {}

    /** Anthropic's encrypted reasoning. */
    record RedactedReasoning(String data) implements Part {}

    /** The assistant's refusal. */
    record Refusal(String text) implements Part {}

    /** A part only its own protocol knows; others drop it with a warning. */
    record Foreign(Protocol protocol, String type, RawJson json) implements Part {}

    /** Where the bytes of a picture or document are. */
    sealed interface Media {
        /** By address. */
        record Url(String url) implements Media {}

        /** In the request. */
        record Inline(String mediaType, String base64) implements Media {}

        /** Uploaded before, known to the provider by id. */
        record FileId(String id) implements Media {}
    }
}
