package dev.parley.chat;

import java.util.Map;

/** Something the model may call. */
public sealed interface Tool {
    String name();

    /**
     * @param description may be empty
     * @param parameters JSON schema; an empty object schema if the client gave none
     * @param strict whether arguments must follow the schema
     * @param extras unknown members such as {@code cache_control}
     */
    record Function(String name, String description, RawJson parameters, boolean strict, Map<String, RawJson> extras)
            implements Tool {}

    /** A tool only its own protocol knows (web search, computer, custom): 400 elsewhere, naming it. */
    record Foreign(Protocol protocol, String name, String type, RawJson json) implements Tool {}
}
