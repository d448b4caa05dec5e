package dev.parley.chat;

/** A wire form of a chat call. Two sides with the same protocol relay bytes; others go through {@link Conversation}. */
public enum Protocol {
    OPENAI_CHAT,
    OPENAI_RESPONSES,
    OPENAI_COMPLETIONS,
    ANTHROPIC_MESSAGES,
    OLLAMA_CHAT,
    OLLAMA_GENERATE
}
