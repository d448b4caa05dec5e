package dev.parley.gateway.experiment;

/**
 * Mean of a ratio metric such as cost per request, and its standard error when whole units are randomised: sessions differ in how
 * many requests they make, so the error is that of a ratio (delta method), not that of requests.
 *
 * @param units number of randomised units
 * @param mean sum of y over sum of n; NaN without data
 * @param standardError of the mean; NaN with fewer than two units
 */
public record RatioMean(long units, double mean, double standardError) {

    /**
     * From sums over units i with y_i over n_i.
     *
     * @param sums {sum n, sum y, sum y^2, sum n^2, sum y n}
     */
    public static RatioMean of(long units, double[] sums) {
        double meanN = sums[0] / units;
        double meanY = sums[1] / units;
        double ratio = sums[1] / sums[0];
        if (units < 2) {
            return new RatioMean(units, ratio, Double.NaN);
        }
        double bessel = units / (units - 1.0);
        double varY = bessel * (sums[2] / units - meanY * meanY);
        double varN = bessel * (sums[3] / units - meanN * meanN);
        double cov = bessel * (sums[4] / units - meanY * meanN);
        double variance = (varY - 2 * ratio * cov + ratio * ratio * varN) / (meanN * meanN) / units;
        return new RatioMean(units, ratio, Math.sqrt(Math.max(0, variance)));
    }
}
