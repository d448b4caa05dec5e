package dev.parley.graphrouter.routers;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.Order;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router.Forecast;
import dev.parley.graphrouter.Tier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a router says of quality, laid over what another predicts of tokens, cost and latency. Pure. */
final class Overlay {
    static final double DISLIKED = Double.NEGATIVE_INFINITY;

    private Overlay() {}

    /** Positions of models by id. */
    static Map<ModelId, Integer> positions(List<String> models) {
        Map<ModelId, Integer> positions = new HashMap<>();
        models.forEach(model -> positions.put(new ModelId(model), positions.size()));
        return positions;
    }

    /**
     * With other qualities.
     *
     * @param quality [predictions of base]; where it is NaN, all that base says stands
     * @param evidence for the predictions whose quality it is
     */
    static Forecast qualities(String router, Tier tier, Forecast base, double[] quality, String evidence) {
        List<Prediction> predictions = new ArrayList<>(quality.length);
        for (int i = 0; i < quality.length; i++) {
            Prediction below = base.predictions().get(i);
            predictions.add(Double.isNaN(quality[i]) ? below : with(below, quality[i], below.uncertainty(), evidence));
        }
        return new Forecast(router, tier, predictions);
    }

    /**
     * By order alone: the one liked most has quality 1, the others less than one half in the order of liking, so that a policy can
     * overrule the choice only for a price worth half the scale. Equal ones are in base's order of quality.
     *
     * @param liking [predictions of base]
     * @param evidence for the first
     */
    static Forecast preferring(String router, Forecast base, double[] liking, String evidence) {
        int[] order = Order.of(liking.length, (a, b) -> isBefore(a, b, liking, base.predictions()));
        Prediction[] predictions = new Prediction[liking.length];
        String others = "not preferred by " + router;
        for (int rank = 0; rank < order.length; rank++) {
            int at = order[rank];
            double quality = rank == 0 ? 1 : 0.5 * (order.length - rank) / order.length;
            String why = rank == 0 && liking[at] != DISLIKED ? evidence : others;
            predictions[at] = with(base.predictions().get(at), quality, 0, why);
        }
        return new Forecast(router, base.tier(), List.of(predictions));
    }

    /** All in base's order of quality, below one half: nothing is preferred yet. */
    static List<Prediction> unpreferred(String router, Forecast base) {
        double[] nothing = new double[base.predictions().size()];
        int[] order = Order.of(nothing.length, (a, b) -> isBefore(a, b, nothing, base.predictions()));
        Prediction[] predictions = new Prediction[nothing.length];
        String evidence = "not preferred by " + router;
        for (int rank = 0; rank < order.length; rank++) {
            double quality = 0.5 * (order.length - rank - 1) / order.length;
            predictions[order[rank]] = with(base.predictions().get(order[rank]), quality, 0, evidence);
        }
        return List.of(predictions);
    }

    /**
     * The same with one preferred, as by {@link #preferring(String, Forecast, double[], String)}.
     *
     * @param others by {@link #unpreferred}
     */
    static List<Prediction> preferring(int first, List<Prediction> others, String evidence) {
        List<Prediction> predictions = new ArrayList<>(others);
        predictions.set(first, with(others.get(first), 1, 0, evidence));
        return predictions;
    }

    private static boolean isBefore(int a, int b, double[] liking, List<Prediction> predictions) {
        if (liking[a] != liking[b]) {
            return liking[a] > liking[b];
        }
        double first = predictions.get(a).quality();
        double second = predictions.get(b).quality();
        return first != second ? first > second : a < b;
    }

    private static Prediction with(Prediction p, double quality, double uncertainty, String evidence) {
        return new Prediction(
                p.model(), quality, uncertainty, p.outputTokens(), p.costNanoUsd(), p.latency(), evidence);
    }
}
