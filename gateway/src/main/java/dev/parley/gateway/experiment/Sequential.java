package dev.parley.gateway.experiment;

/**
 * Confidence intervals that stay valid however often they are looked at, so that people may peek. Source: asymptotic confidence
 * sequences (Waudby-Smith et al., arXiv 2103.06476), in GrowthBook's form.
 */
public final class Sequential {
    /** Number of units at which the sequence is tightest; fixed at the start of a test. */
    public static final double TUNED_AT = 5_000;

    private Sequential() {}

    /**
     * Difference of two arms, {@code b - a}, with its always-valid interval.
     *
     * @param alpha error probability, e.g. 0.05
     */
    public static Effect effect(RatioMean a, RatioMean b, double alpha) {
        double difference = b.mean() - a.mean();
        double error = Math.hypot(a.standardError(), b.standardError());
        double n = a.units() + b.units();
        double half = error * Math.sqrt(n) * width(n, alpha);
        return new Effect(difference, difference - half, difference + half);
    }

    /** Half-width per unit standard deviation: sqrt(2 (n rho^2 + 1) / (n^2 rho^2) * ln(sqrt(n rho^2 + 1) / alpha)). */
    static double width(double n, double alpha) {
        double log = -2 * Math.log(alpha);
        double rho2 = (log + Math.log(log + 1)) / TUNED_AT;
        double grown = n * rho2 + 1;
        return Math.sqrt(2 * grown / (n * n * rho2) * Math.log(Math.sqrt(grown) / alpha));
    }

    /** NaN bounds as long as an arm has fewer than two units. */
    public record Effect(double difference, double low, double high) {}
}
