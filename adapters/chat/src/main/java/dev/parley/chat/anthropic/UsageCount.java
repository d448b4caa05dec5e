package dev.parley.chat.anthropic;

import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Usage;

/**
 * Usage as Anthropic counts it: cached tokens beside {@code input_tokens}, not within. In a stream every figure is the total so far:
 * a later one replaces an earlier one and is never added. Not thread-safe.
 */
final class UsageCount {
    private static final String INPUT = "input_tokens";
    private static final String OUTPUT = "output_tokens";
    private static final String CACHE_READ = "cache_read_input_tokens";
    private static final String CACHE_WRITE = "cache_creation_input_tokens";

    private long input;
    private long output;
    private long cacheRead;
    private long cacheWrite;
    private boolean seen;

    /** Takes the figures that are there. */
    void read(JsonView usage) {
        seen = true;
        input = usage.integer(INPUT, input);
        output = usage.integer(OUTPUT, output);
        cacheRead = usage.integer(CACHE_READ, cacheRead);
        cacheWrite = usage.integer(CACHE_WRITE, cacheWrite);
    }

    /** Whether the backend said anything. */
    boolean seen() {
        return seen;
    }

    Usage usage() {
        return new Usage(input + cacheRead + cacheWrite, cacheRead, cacheWrite, output, 0, false);
    }

    /** Writes the members of a {@code usage} object. */
    static void write(Usage usage, JsonOut out) {
        long plain = Math.max(0, usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens());
        out.member(INPUT, plain)
                .member(CACHE_WRITE, usage.cacheWriteTokens())
                .member(CACHE_READ, usage.cachedInputTokens())
                .member(OUTPUT, usage.outputTokens());
    }
}
