package dev.parley.gateway.pipeline.ask;

import dev.parley.config.PolicySpec;
import java.time.Duration;

/** OpenRouter's cost_quality_tradeoff as a policy. */
public final class Tradeoff {
    private static final long REFERENCE_NANO_USD = 1_000_000;
    private static final double STEEPEST = 0.5;

    private Tradeoff() {}

    /** @param value 0 (quality only) .. 10 (a tenth of a cent weighs as much as half the quality scale) */
    public static PolicySpec policy(double value) {
        return new PolicySpec.Weighted(
                "tradeoff-" + value,
                value / 10 * STEEPEST,
                REFERENCE_NANO_USD,
                0,
                Duration.ofSeconds(1),
                PolicySpec.Limits.NONE);
    }
}
