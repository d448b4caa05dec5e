package dev.parley.chat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
        record Url(String url) implements Media {
            /** The bytes, if the address holds them itself: {@code data:TYPE;base64,DATA}; empty for all other addresses. */
            public Optional<Inline> inline() {
                int comma = url.indexOf(',');
                if (comma < 0 || !url.regionMatches(true, 0, "data:", 0, 5)) {
                    return Optional.empty();
                }
                String head = url.substring(5, comma).toLowerCase(Locale.ROOT);
                int parameters = head.indexOf(';');
                return head.endsWith(";base64")
                        ? Optional.of(new Inline(head.substring(0, parameters), url.substring(comma + 1)))
                        : Optional.empty();
            }
        }

        /** In the request. */
        record Inline(String mediaType, String base64) implements Media {}

        /** Uploaded before, known to the provider by id. */
        record FileId(String id) implements Media {}
    }
}
