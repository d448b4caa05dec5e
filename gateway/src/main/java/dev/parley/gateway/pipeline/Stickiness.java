package dev.parley.gateway.pipeline;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.config.ModelId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which model a session spoke with last; without a declared session its key and first message stand for it. Inside a tool loop a session keeps it: another model would lose the provider's prompt cache and
 * the loop's state. Forgotten after five idle minutes. Thread-safe. Source: the gate of vLLM Semantic Router (algorithms.md 0.6).
 */
public final class Stickiness {
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final long MOST_SESSIONS = 100_000;

    private final Cache<String, ModelId> last;

    public Stickiness(LongSupplier nanos) {
        last = Caffeine.newBuilder()
                .maximumSize(MOST_SESSIONS)
                .expireAfterAccess(IDLE)
                .ticker(nanos::getAsLong)
                .build();
    }

    Optional<ModelId> last(String session) {
        return session.isEmpty() ? Optional.empty() : Optional.ofNullable(last.getIfPresent(session));
    }

    void spokeWith(String session, ModelId model) {
        if (!session.isEmpty()) {
            last.put(session, model);
        }
    }
}
