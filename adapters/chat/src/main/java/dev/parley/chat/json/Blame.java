package dev.parley.chat.json;

import dev.parley.chat.ChatFailure;

/** Whose fault malformed JSON is, and so which failure it becomes. */
public enum Blame {
    /** A request: BAD_REQUEST with the member as {@code param}. */
    CLIENT,
    /** An answer: UPSTREAM_FAILED. */
    BACKEND;

    /**
     * The failure for a fault.
     *
     * @param path of the member at fault such as {@code messages[2].role}; empty for the document itself
     * @param message what is wrong, for the client's eyes
     */
    public ChatFailure fault(String path, String message) {
        return switch (this) {
            case CLIENT -> ChatFailure.badRequest(path, message);
            case BACKEND ->
                ChatFailure.of(
                        ChatFailure.Kind.UPSTREAM_FAILED,
                        "The backend's answer is malformed" + (path.isEmpty() ? "" : " at '" + path + "'") + ": "
                                + message);
        };
    }
}
