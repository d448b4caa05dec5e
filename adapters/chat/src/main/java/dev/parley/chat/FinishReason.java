package dev.parley.chat;

/** Why an answer ended. */
public enum FinishReason {
    STOP,
    STOP_SEQUENCE,
    LENGTH,
    TOOL_CALLS,
    CONTENT_FILTER,
    /** Anthropic's pause_turn. */
    PAUSE
}
