package dev.parley.gateway.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A half-open range [from, to) of hash values. */
record Bucket(double from, double to) {
    /**
     * One range per variant, each at the start of its weight's share, so a higher coverage only adds units and never moves one.
     * Weights that are missing or do not sum to 1 (within 0.01) count as equal. Source: GrowthBook's getBucketRanges.
     */
    static List<Bucket> ranges(int variants, double coverage, List<Double> weights) {
        double share = Math.clamp(coverage, 0, 1);
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        boolean valid = weights.size() == variants && sum >= 0.99 && sum <= 1.01;
        List<Double> used = valid ? weights : Collections.nCopies(variants, 1.0 / variants);
        List<Bucket> ranges = new ArrayList<>();
        double start = 0;
        for (double weight : used) {
            ranges.add(new Bucket(start, start + share * weight));
            start += weight;
        }
        return ranges;
    }

    boolean holds(double n) {
        return n >= from && n < to;
    }
}
