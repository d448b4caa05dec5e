package dev.parley.moe.engine.text;

/** Cuts a text into tokens. Immutable, thread-safe. */
sealed interface TextEncoder permits ByteLevel, SentencePieces {
    /** Token ids; no control tokens. */
    int[] encode(String text);
}
