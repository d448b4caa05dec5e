package dev.parley.gateway.admin;

import io.vertx.core.Future;
import java.util.List;

/** Running A/B tests and what they say so far. */
public interface Experiments {
    Future<List<Report>> reports();

    /**
     * @param id of the experiment
     * @param arms per metric and variant
     * @param effects of each later variant against the first, per metric
     * @param sampleRatioP p-value that the units' numbers fit the weights; below 0.001 the test is broken
     */
    record Report(String id, List<Arm> arms, List<Effect> effects, double sampleRatioP) {
        public Report {
            arms = List.copyOf(arms);
            effects = List.copyOf(effects);
        }
    }

    /**
     * @param units randomised units seen
     * @param requests or feedbacks of these units
     * @param mean per request
     * @param standardError of the mean, NaN if it cannot be told yet
     */
    record Arm(String variant, String metric, long units, double requests, double mean, double standardError) {}

    /** Difference to the first variant with bounds that stay valid under peeking; NaN if they cannot be told yet. */
    record Effect(String variant, String metric, double difference, double low, double high) {}
}
