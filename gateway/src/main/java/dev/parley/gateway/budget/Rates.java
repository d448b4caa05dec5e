package dev.parley.gateway.budget;

import java.time.Duration;

/** The state of a key's limits, for {@code x-ratelimit-*} and {@code anthropic-ratelimit-*} headers. */
public record Rates(Rate requests, Rate tokens) {
    /**
     * @param limited whether there is a limit at all; the other figures mean nothing if not
     * @param limit per minute
     * @param remaining that may be used now
     * @param reset until all is available again
     */
    public record Rate(boolean limited, long limit, long remaining, Duration reset) {}
}
