package dev.parley.gateway.experiment;

/**
 * Sample-ratio check: do arms hold the numbers of units that their weights promise? If not, assignment or logging is broken and the
 * test says nothing.
 */
public final class SampleRatio {
    /** Below this the test is to be distrusted. */
    public static final double WARN_BELOW = 0.001;

    private SampleRatio() {}

    /**
     * P-value of the chi-square test.
     *
     * @param units seen per arm
     * @param weights expected shares, same length
     */
    public static double pValue(long[] units, double[] weights) {
        double total = 0;
        double weight = 0;
        for (int i = 0; i < units.length; i++) {
            total += units[i];
            weight += weights[i];
        }
        if (total == 0 || units.length < 2) {
            return 1;
        }
        double chi2 = 0;
        for (int i = 0; i < units.length; i++) {
            double expected = total * weights[i] / weight;
            chi2 += (units[i] - expected) * (units[i] - expected) / expected;
        }
        return upperTail(chi2, units.length - 1);
    }

    /** P(X > x) for chi-square: closed form by stepping degrees of freedom two by two. */
    static double upperTail(double x, int degrees) {
        double half = x / 2;
        double tail;
        double term;
        int k;
        if (degrees % 2 == 0) {
            tail = Math.exp(-half);
            term = tail;
            k = 2;
        } else {
            tail = complementaryError(Math.sqrt(half));
            term = Math.exp(-half) * Math.sqrt(half) / (Math.sqrt(Math.PI) / 2);
            tail += degrees > 1 ? term : 0;
            k = 3;
        }
        for (; k < degrees; k += 2) {
            term *= half / (k / 2.0);
            tail += term;
        }
        return tail;
    }

    /** erfc for x >= 0, relative error below 1.2e-7. Source: Numerical Recipes, Chebyshev fit. */
    private static double complementaryError(double x) {
        double t = 1 / (1 + 0.5 * x);
        double[] c = {
            -1.26551223,
            1.00002368,
            0.37409196,
            0.09678418,
            -0.18628806,
            0.27886807,
            -1.13520398,
            1.48851587,
            -0.82215223,
            0.17087277
        };
        double poly = 0;
        for (int i = c.length - 1; i >= 0; i--) {
            poly = poly * t + c[i];
        }
        return t * Math.exp(-x * x + poly);
    }
}
