package dev.parley.graphrouter.calibrate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Which threshold keeps a tolerated mean loss, whatever the scores are worth: of acting (sending a query to the weak model, keeping a
 * cascade's answer) where a score is at most the threshold. The promise holds in expectation over further cases like those given
 * (exchangeable with them), for any number of cases; it says nothing once the traffic changes. Immutable, thread-safe. Source:
 * conformal risk control, Angelopoulos et al. 2022 (arXiv 2208.02814).
 */
public final class RiskControl {
    private static final int HALVINGS = 50;

    private final double[] scores; // ascending
    private final double[] losses; // of acting up to and including each

    /**
     * @param scores [cases]
     * @param losses [cases] of acting, 0..1; not acting costs nothing. Throws IllegalArgumentException if any is out of range
     */
    public RiskControl(double[] scores, double[] losses) {
        if (scores.length != losses.length) {
            throw new IllegalArgumentException(scores.length + " scores with " + losses.length + " losses");
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(i -> i)
                .toArray();
        this.scores = Arrays.stream(order).mapToDouble(i -> scores[i]).toArray();
        this.losses = Arrays.stream(order).mapToDouble(i -> losses[i]).toArray();
        for (int i = 0; i < order.length; i++) {
            if (Double.isNaN(this.scores[i]) || !(this.losses[i] >= 0 && this.losses[i] <= 1)) {
                throw new IllegalArgumentException(
                        "a case needs a score and a loss of 0..1, not " + this.scores[i] + " and " + this.losses[i]);
            }
        }
        Arrays.parallelPrefix(this.losses, Double::sum);
    }

    /**
     * The most permissive threshold t with (n R(t) + 1) / (n + 1) at most the tolerated mean loss: the loss of further cases is then
     * that on average. Infinite if all may be acted on, empty if too few cases are known to promise anything.
     */
    public OptionalDouble threshold(double tolerated) {
        return threshold(scores.length, tolerated * (scores.length + 1) - 1);
    }

    /**
     * The most permissive threshold whose true mean loss is at most the tolerated one in that share of all such calibrations: stricter
     * than the mean. Infinite and empty as above. Source: risk-controlling prediction sets, Bates et al. 2021, with Hoeffding's bound in
     * its relative-entropy form.
     *
     * @param confidence 0.5..1, below 1
     */
    public OptionalDouble threshold(double tolerated, double confidence) {
        double needed = -Math.log(1 - confidence) / scores.length;
        if (tolerated >= 1 || relativeEntropy(0, tolerated) < needed) {
            return tolerated >= 1 ? OptionalDouble.of(Double.POSITIVE_INFINITY) : OptionalDouble.empty();
        }
        double low = 0;
        double high = tolerated;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (relativeEntropy(middle, tolerated) < needed) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return threshold(scores.length, low * scores.length);
    }

    /** Number of cases. */
    public int size() {
        return scores.length;
    }

    /** @param budget on the sum of losses */
    private OptionalDouble threshold(int size, double budget) {
        if (size == 0 || budget < 0) {
            return OptionalDouble.empty();
        }
        for (int i = 0; i < size; i++) {
            if (losses[i] > budget) {
                return OptionalDouble.of(Math.nextDown(scores[i])); // equal scores are acted on together or not at all
            }
        }
        return OptionalDouble.of(Double.POSITIVE_INFINITY);
    }

    /** Of Bernoulli variables with means p and q. */
    private static double relativeEntropy(double p, double q) {
        double of = p <= 0 ? 0 : p * Math.log(p / q);
        return of + (p >= 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q)));
    }
}
