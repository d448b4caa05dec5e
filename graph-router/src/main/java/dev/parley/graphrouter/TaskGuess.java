package dev.parley.graphrouter;

import dev.parley.graphrouter.Neighbourhood.Near;
import dev.parley.graphrouter.head.HeadScorer;
import dev.parley.routermodels.Query;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which task a query is of: declared, else told by the learnt head or by its neighbours, else by its words alone. Immutable, thread-safe. */
final class TaskGuess {
    private static final double FOREIGN = 0.2; // weight of an anchor of another task than the declared one

    private final RoutingGraph graph;
    private final List<String> tasks;

    TaskGuess(RoutingGraph graph) {
        this.graph = graph;
        this.tasks = graph.tasks();
    }

    /** Probabilities by task, [tasks]; all zeros if nothing is known. */
    double[] of(Query query, Optional<HeadScorer.Seen> seen, Near near) {
        double[] shares = declared(query);
        if (sum(shares) > 0 || tasks.isEmpty()) {
            return normal(shares);
        }
        if (near.size() == 0) {
            return graph.lexicon().shares(query.text());
        }
        double[] told = seen.map(HeadScorer.Seen::tasks).orElseGet(() -> fromNeighbours(near));
        for (int t = 0; t < told.length; t++) {
            told[t] = near.trust() * told[t] + (1 - near.trust()) / told.length;
        }
        return told;
    }

    /** What {@link #of} rests on. */
    Tier tier(Query query, Near near) {
        if (near.size() > 0) {
            return Tier.SEMANTIC;
        }
        if (sum(declared(query)) > 0) {
            return Tier.DECLARED;
        }
        return graph.lexicon().isEmpty() ? Tier.NONE : Tier.LEXICAL;
    }

    /** Neighbours of another task than the declared one count less. */
    Near narrowed(Query query, Near near) {
        double[] declared = declared(query);
        if (near.size() == 0 || sum(declared) == 0) {
            return near;
        }
        float[] weights = Arrays.copyOf(near.weights(), near.size());
        float[] membership = graph.anchors().membership();
        for (int i = 0; i < near.size(); i++) {
            double share = 0;
            for (int t = 0; t < tasks.size(); t++) {
                share += declared[t] > 0 ? membership[near.anchors()[i] * tasks.size() + t] : 0;
            }
            weights[i] *= (float) (FOREIGN + (1 - FOREIGN) * Math.min(1, share));
        }
        return new Near(near.size(), near.anchors(), weights, near.trust());
    }

    private double[] declared(Query query) {
        double[] shares = new double[tasks.size()];
        for (String hint : query.taskHints()) {
            int t = tasks.indexOf(hint);
            if (t >= 0) {
                shares[t] = 1;
            }
        }
        return shares;
    }

    private double[] fromNeighbours(Near near) {
        double[] shares = new double[tasks.size()];
        float[] membership = graph.anchors().membership();
        for (int i = 0; i < near.size(); i++) {
            int row = near.anchors()[i] * tasks.size();
            for (int t = 0; t < shares.length; t++) {
                shares[t] += near.weights()[i] * membership[row + t];
            }
        }
        return normal(shares);
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v;
        }
        return sum;
    }

    private static double[] normal(double[] values) {
        double sum = sum(values);
        for (int i = 0; i < values.length && sum > 0; i++) {
            values[i] /= sum;
        }
        return values;
    }
}
