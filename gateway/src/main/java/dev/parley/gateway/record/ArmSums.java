package dev.parley.gateway.record;

/**
 * Sums of a ratio metric over the units of one variant: a unit i has y_i (sum of the metric) over n_i (its requests or feedbacks).
 *
 * @param variant of the experiment
 * @param metric {@code cost_nano_usd}, {@code latency_us}, {@code errors} or {@code feedback:<name>}
 * @param units number of units
 * @param sumN sum of n_i
 * @param sumY sum of y_i
 * @param sumYY sum of y_i^2
 * @param sumNN sum of n_i^2
 * @param sumYN sum of y_i n_i
 */
public record ArmSums(
        String variant,
        String metric,
        long units,
        double sumN,
        double sumY,
        double sumYY,
        double sumNN,
        double sumYN) {}
