package dev.parley.chat;

/** The form the answer must have. */
public sealed interface OutputFormat {
    record FreeText() implements OutputFormat {}

    record JsonObject() implements OutputFormat {}

    /**
     * @param name of the schema; may be empty
     * @param description may be empty
     */
    record JsonSchema(String name, String description, RawJson schema, boolean strict) implements OutputFormat {}
}
