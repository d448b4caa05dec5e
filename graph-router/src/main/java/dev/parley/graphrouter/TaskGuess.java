package dev.parley.graphrouter;

import dev.parley.graphrouter.Neighbourhood.Near;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.Arrays;
import java.util.List;

/** Which task a query is of: declared, else read off its neighbours, else off its surface. Immutable, thread-safe. */
final class TaskGuess {
    private static final double FOREIGN = 0.2; // weight of an anchor of another task than the declared one
    private static final double SURFACE_CAUTION = 0.5; // surface features are correlated: their evidence counts half

    private final RoutingGraph graph;
    private final List<String> tasks;

    TaskGuess(RoutingGraph graph) {
        this.graph = graph;
        this.tasks = graph.tasks();
    }

    /** Probabilities by task, [tasks]; all zeros if nothing is known. */
    double[] of(Query query, QueryFeatures features, Near near) {
        double[] shares = declared(query);
        if (sum(shares) > 0 || tasks.isEmpty()) {
            return normal(shares);
        }
        if (near.size() > 0) {
            return fromNeighbours(near);
        }
        return features.embedded() ? even() : fromSurface(features.surface());
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

    private double[] even() {
        double[] shares = new double[tasks.size()];
        Arrays.fill(shares, 1.0 / tasks.size());
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
        normal(shares);
        for (int t = 0; t < shares.length; t++) {
            shares[t] = near.trust() * shares[t] + (1 - near.trust()) / shares.length;
        }
        return shares;
    }

    /** Naive Bayes over the surface features. */
    private double[] fromSurface(float[] surface) {
        float[] stats = graph.anchors().surface();
        if (stats.length != tasks.size() * surface.length * 2) {
            return even();
        }
        double[] logs = new double[tasks.size()];
        double best = Double.NEGATIVE_INFINITY;
        for (int t = 0; t < logs.length; t++) {
            for (int f = 0; f < surface.length; f++) {
                int at = (t * surface.length + f) * 2;
                double z = (surface[f] - stats[at]) / stats[at + 1];
                logs[t] -= SURFACE_CAUTION * (0.5 * Math.min(z * z, 25) + Math.log(stats[at + 1]));
            }
            best = Math.max(best, logs[t]);
        }
        for (int t = 0; t < logs.length; t++) {
            logs[t] = Math.exp(logs[t] - best);
        }
        return normal(logs);
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
