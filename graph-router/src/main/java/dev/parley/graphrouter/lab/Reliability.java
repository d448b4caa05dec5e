package dev.parley.graphrouter.lab;

/** How far predicted chances can be believed: sums by bins of the prediction. Source: Naeini et al. 2015 (ECE), Brier 1950. */
final class Reliability {
    static final int BINS = 10;

    private final double[] predicted = new double[BINS];
    private final double[] happened = new double[BINS];
    private final double[] count = new double[BINS];
    private double squares;
    private double n;

    void add(double chance, double score) {
        double p = Math.clamp(chance, 0.0, 1.0);
        int bin = (int) Math.min(BINS - 1, p * BINS);
        predicted[bin] += p;
        happened[bin] += score;
        count[bin]++;
        squares += (p - score) * (p - score);
        n++;
    }

    double brier() {
        return squares / n;
    }

    /** Mean distance of the predicted from what happened, over bins. */
    double error() {
        double sum = 0;
        for (int b = 0; b < BINS; b++) {
            sum += Math.abs(predicted[b] - happened[b]) / n;
        }
        return sum;
    }

    double share(int bin) {
        return count[bin] / n;
    }

    /** Mean prediction in a bin that is not empty. */
    double predicted(int bin) {
        return predicted[bin] / count[bin];
    }

    /** Mean outcome in a bin that is not empty. */
    double happened(int bin) {
        return happened[bin] / count[bin];
    }
}
