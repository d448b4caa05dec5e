package dev.parley.config;

/**
 * Tokens of one call or of several summed.
 *
 * @param inputTokens all prompt tokens, cached and cache-written ones included
 * @param cachedInputTokens those of {@code inputTokens} read from the provider's prompt cache
 * @param cacheWriteTokens those of {@code inputTokens} written to the provider's prompt cache
 * @param outputTokens all generated tokens, reasoning included
 * @param reasoningTokens those of {@code outputTokens} spent on reasoning
 * @param estimated true if any figure is our estimate because the backend reported none
 */
public record Usage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        boolean estimated) {

    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false);

    public static Usage of(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, 0, 0, outputTokens, 0, false);
    }

    public long totalTokens() {
        return inputTokens + outputTokens;
    }

    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                cachedInputTokens + other.cachedInputTokens,
                cacheWriteTokens + other.cacheWriteTokens,
                outputTokens + other.outputTokens,
                reasoningTokens + other.reasoningTokens,
                estimated || other.estimated);
    }
}
