package dev.parley.config;

import java.time.Duration;

/** The exact-answer cache: same request, same answer, without a call. Off unless asked for. */
public record CacheSpec(boolean enabled, long maxBytes, Duration timeToLive) {}
