package dev.parley.config;

import java.time.Duration;

/** How quality is weighed against cost and latency, and under which constraints. Data: logged, replayed, A/B-tested. */
public sealed interface PolicySpec {
    /** Clients ask for it as {@code auto:<id>}. */
    String id();

    Limits limits();

    /**
     * Maximises q - costWeight * cost / costReference - latencyWeight * latency / latencyReference.
     *
     * @param costWeight quality points worth {@code costReferenceNanoUsd}
     * @param latencyWeight quality points worth {@code latencyReference}
     */
    record Weighted(
            String id,
            double costWeight,
            long costReferenceNanoUsd,
            double latencyWeight,
            Duration latencyReference,
            Limits limits)
            implements PolicySpec {}

    /**
     * The cheapest model whose quality, less {@code caution} standard deviations, reaches the limits' minimum quality; if none
     * does, the best one.
     */
    record CheapestSufficient(String id, double caution, Limits limits) implements PolicySpec {}

    /** RouteLLM's form: the strong model where its lead over the weak one exceeds a threshold (0..1), else the weak one. */
    record Threshold(String id, ModelId strong, ModelId weak, double threshold, Lead lead, Limits limits)
            implements PolicySpec {}

    /** How far a model is ahead of another. */
    enum Lead {
        /** Difference of predicted quality. */
        ADVANTAGE,
        /** The chance that its answer is the better one, by Bradley and Terry: sigmoid of the difference of log-odds. */
        WIN_RATE
    }

    /**
     * Bounds a choice must keep. The neutral values exclude nothing.
     *
     * @param maxCostNanoUsd predicted cost of the request, {@code Long.MAX_VALUE} for any
     * @param minQuality predicted quality, 0 for any
     * @param maxLatency predicted latency
     */
    record Limits(long maxCostNanoUsd, double minQuality, Duration maxLatency) {
        public static final Limits NONE = new Limits(Long.MAX_VALUE, 0, Duration.ofDays(365));
    }
}
