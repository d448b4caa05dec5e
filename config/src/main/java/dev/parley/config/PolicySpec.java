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

    /** RouteLLM's form: the strong model where its lead over the weak one exceeds a bar, else the weak one. */
    record Threshold(String id, ModelId strong, ModelId weak, Bar bar, Lead lead, Limits limits)
            implements PolicySpec {}

    /** What a lead must exceed. */
    sealed interface Bar {}

    /** @param lead 0..1 */
    record Fixed(double lead) implements Bar {}

    /**
     * The lead at which the weak model's answers lose no more than is tolerated against the strong one's, by outcomes of both that the
     * graph did not learn from (conformal risk control).
     *
     * @param tolerated mean loss of quality, 0..1
     * @param confidence with which the mean loss is at most that, 0.5..1; 0: it is that on average
     */
    record Risk(double tolerated, double confidence) implements Bar {}

    /** How far a model is ahead of another. */
    enum Lead {
        /** Difference of predicted quality. */
        ADVANTAGE {
            @Override
            public double of(double strong, double weak) {
                return strong - weak;
            }
        },
        /** The chance that its answer is the better one, by Bradley and Terry: sigmoid of the difference of log-odds. */
        WIN_RATE {
            @Override
            public double of(double strong, double weak) {
                return 1 / (1 + Math.exp(logOdds(weak) - logOdds(strong)));
            }
        };

        /** Of predicted qualities. */
        public abstract double of(double strong, double weak);

        private static double logOdds(double quality) {
            double p = Math.clamp(quality, 1e-9, 1 - 1e-9);
            return Math.log(p / (1 - p));
        }
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
