package dev.parley.moe.engine.model;

/**
 * What the memory of keys and values holds and has saved.
 *
 * @param heldBytes that running sequences look at, each page counted once
 * @param keptBytes of finished sequences, given up when the memory is needed
 * @param promptTokens of all prompts so far
 * @param reusedTokens those of {@code promptTokens} whose keys and values were there already
 * @param evictedPages given up so far
 */
public record KvFigures(long heldBytes, long keptBytes, long promptTokens, long reusedTokens, long evictedPages) {
    public static final KvFigures NONE = new KvFigures(0, 0, 0, 0, 0);

    public KvFigures plus(KvFigures other) {
        return new KvFigures(
                heldBytes + other.heldBytes,
                keptBytes + other.keptBytes,
                promptTokens + other.promptTokens,
                reusedTokens + other.reusedTokens,
                evictedPages + other.evictedPages);
    }
}
