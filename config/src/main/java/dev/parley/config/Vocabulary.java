package dev.parley.config;

import java.util.List;

/** What the shipped heads tell of a query, by name (docs/heads.md). A test of router-models holds these lists to the weights. */
public final class Vocabulary {
    /** What a query may be about. */
    public static final List<String> DOMAINS = List.of(
            "math",
            "code",
            "science",
            "professional",
            "humanities",
            "trivia",
            "reasoning",
            "writing",
            "language",
            "chat");

    /** What a query may need. */
    public static final List<String> FLAGS = List.of("code", "math", "tools", "document");

    /** What a query may be written in: ISO 639-1, {@code code}, or {@code und} where it cannot be told. */
    public static final List<String> LANGUAGES = List.of(
            "en", "zh", "es", "de", "fr", "ja", "pt", "ru", "it", "nl", "pl", "tr", "ko", "ar", "fa", "he", "hi", "bn",
            "id", "vi", "th", "uk", "cs", "sv", "da", "nb", "fi", "hu", "ro", "el", "bg", "code", "und");

    private Vocabulary() {}
}
