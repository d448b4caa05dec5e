package dev.parley.config;

import java.time.Duration;
import java.util.List;

/**
 * A client's key and what it may do.
 *
 * @param id name in records and logs
 * @param secret what the client sends
 * @param allowedModels globs such as {@code qwen/*}; empty allows all
 * @param policy default policy id for {@code auto}; empty for the gateway's default
 * @param budget spending cap
 * @param rate request and token rates
 */
public record KeySpec(
        String id, Secret secret, List<String> allowedModels, String policy, Budget budget, RateLimit rate) {
    public KeySpec {
        allowedModels = List.copyOf(allowedModels);
    }

    /**
     * @param nanoUsd cap within each period; {@code Long.MAX_VALUE} for none
     * @param period after which spending counts anew
     */
    public record Budget(long nanoUsd, Duration period) {
        public static final Budget UNLIMITED = new Budget(Long.MAX_VALUE, Duration.ofDays(30));
    }

    /** {@code Long.MAX_VALUE} for no limit. */
    public record RateLimit(long requestsPerMinute, long tokensPerMinute) {
        public static final RateLimit UNLIMITED = new RateLimit(Long.MAX_VALUE, Long.MAX_VALUE);
    }
}
