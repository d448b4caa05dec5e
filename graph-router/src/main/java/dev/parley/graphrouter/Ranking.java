package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import dev.parley.config.PolicySpec;
import java.util.List;
import java.util.OptionalLong;

/**
 * The order in which a policy prefers predictions: utility first, then quality, then cost, then name, so that it is total and
 * stable. Pure.
 */
final class Ranking {
    private static final double INSUFFICIENT = -1e18; // below minus any cost in nano-USD

    private Ranking() {}

    /**
     * Indices into the predictions, best first.
     *
     * @param penalties [predictions] quality points to be taken off
     * @param bars what the policy's bounds come to
     */
    static int[] of(PolicySpec policy, List<Prediction> predictions, double[] penalties, Bars bars) {
        double[] utility = utilities(policy, predictions, penalties, bars);
        return Order.of(utility.length, (a, b) -> before(a, b, utility, predictions));
    }

    /** The index that {@link #of} puts first; there must be one. */
    static int first(PolicySpec policy, List<Prediction> predictions, double[] penalties, Bars bars) {
        double[] utility = utilities(policy, predictions, penalties, bars);
        int first = 0;
        for (int i = 1; i < utility.length; i++) {
            first = before(i, first, utility, predictions) ? i : first;
        }
        return first;
    }

    /**
     * What a policy's bounds come to on a graph.
     *
     * @param sufficient predicted quality that keeps the minimum quality
     * @param lead that the strong model of two must exceed
     * @param confidence from which a cascade keeps an answer; above 1: from none
     */
    record Bars(double sufficient, double lead, double confidence) {}

    private static boolean before(int a, int b, double[] utility, List<Prediction> predictions) {
        if (utility[a] != utility[b]) {
            return utility[a] > utility[b];
        }
        Prediction first = predictions.get(a);
        Prediction second = predictions.get(b);
        if (first.quality() != second.quality()) {
            return first.quality() > second.quality();
        }
        long costs = Long.compare(
                first.costNanoUsd().orElse(Long.MAX_VALUE), second.costNanoUsd().orElse(Long.MAX_VALUE));
        return costs != 0 ? costs < 0 : first.model().compareTo(second.model()) < 0;
    }

    private static double[] utilities(PolicySpec policy, List<Prediction> predictions, double[] penalties, Bars bars) {
        double dearest = dearest(predictions);
        double[] utility = new double[predictions.size()];
        for (int i = 0; i < utility.length; i++) {
            Prediction p = predictions.get(i);
            utility[i] = switch (policy) {
                case PolicySpec.Weighted weighted -> weighted(weighted, p, dearest) - penalties[i];
                case PolicySpec.CheapestSufficient cheapest ->
                    cheapest(
                            p,
                            p.quality() - penalties[i],
                            bars.sufficient() + cheapest.caution() * p.uncertainty(),
                            dearest);
                case PolicySpec.Threshold threshold -> threshold(threshold, p, predictions, bars.lead());
            };
        }
        return utility;
    }

    /** An unknown price counts as the dearest known one: neither a gift nor a ban. */
    private static double cost(OptionalLong cost, double dearest) {
        return cost.isPresent() ? (double) cost.getAsLong() : dearest;
    }

    private static double dearest(List<Prediction> predictions) {
        long dearest = 0;
        for (int i = 0; i < predictions.size(); i++) {
            dearest = Math.max(dearest, predictions.get(i).costNanoUsd().orElse(0));
        }
        return dearest;
    }

    private static double weighted(PolicySpec.Weighted policy, Prediction p, double dearest) {
        double utility = p.quality();
        if (policy.costWeight() != 0) {
            utility -= policy.costWeight()
                    * cost(p.costNanoUsd(), dearest)
                    / Math.max(1.0, (double) policy.costReferenceNanoUsd());
        }
        if (policy.latencyWeight() != 0) {
            utility -= policy.latencyWeight()
                    * (double) p.latency().toNanos()
                    / Math.max(1.0, (double) policy.latencyReference().toNanos());
        }
        return utility;
    }

    /** Sufficient ones by cost; below them the others, best first. */
    private static double cheapest(Prediction p, double quality, double sufficient, double dearest) {
        if (quality < sufficient) {
            return INSUFFICIENT * (2 - quality);
        }
        return p.costNanoUsd().isPresent() ? -cost(p.costNanoUsd(), dearest) : -2 * dearest - 1;
    }

    private static double threshold(
            PolicySpec.Threshold policy, Prediction p, List<Prediction> predictions, double bar) {
        if (!p.model().equals(policy.strong()) && !p.model().equals(policy.weak())) {
            return p.quality() - 10;
        }
        double lead = policy.lead().of(quality(policy.strong(), predictions), quality(policy.weak(), predictions));
        return p.model().equals(lead > bar ? policy.strong() : policy.weak()) ? 2 : 1;
    }

    private static double quality(ModelId model, List<Prediction> predictions) {
        for (int i = 0; i < predictions.size(); i++) {
            if (predictions.get(i).model().equals(model)) {
                return predictions.get(i).quality();
            }
        }
        return 0;
    }
}
