package dev.parley.graphrouter;

import dev.parley.config.ModelCard;
import dev.parley.config.ModelSpec;

/**
 * What is expected of one model before a query's neighbours speak: task statistics, shrunk to the model's own mean, shrunk to its
 * declared card. Worked out once per model and graph; arrays are by task, with "any task" last. Immutable.
 *
 * @param speaksOfTasks whether the card names tasks of the graph
 */
@SuppressWarnings("ArrayRecordComponent")
record ModelPrior(
        ModelSpec spec,
        int node,
        boolean speaksOfTasks,
        double outcomes,
        double[] quality,
        double[] strength,
        double[] tokens,
        double[] seconds) {
    static final double CARD_WORTH = 10; // outcomes that a declared card is worth
    private static final double GLOBAL_CAP = 20; // outcomes of other tasks are worth no more than these
    private static final double TASK_SHRINKAGE = 4;
    private static final double WEAKEST = 2;

    static ModelPrior of(ModelSpec spec, RoutingGraph graph) {
        int node = graph.models().indexOf(spec.id().value());
        int tasks = graph.tasks().size();
        Sums all = new Sums();
        for (int t = 0; t < tasks && node >= 0; t++) {
            all.add(graph.taskModels(), t * graph.models().size() + node);
        }
        ModelPrior prior = new ModelPrior(
                spec,
                node,
                graph.tasks().stream().anyMatch(spec.card().qualityByTask()::containsKey),
                all.n,
                new double[tasks + 1],
                new double[tasks + 1],
                new double[tasks + 1],
                new double[tasks + 1]);
        for (int t = 0; t <= tasks; t++) {
            Sums own = new Sums();
            if (t < tasks && node >= 0) {
                own.add(graph.taskModels(), t * graph.models().size() + node);
            }
            String task = t < tasks ? graph.tasks().get(t) : "";
            prior.fill(t, own, all, declared(spec.card(), task));
        }
        return prior;
    }

    private void fill(int t, Sums own, Sums all, double declared) {
        double known = Math.min(all.n, GLOBAL_CAP);
        double root = (known * all.mean(all.quality) + CARD_WORTH * declared) / (known + CARD_WORTH);
        quality[t] = (own.quality + TASK_SHRINKAGE * root) / (own.n + TASK_SHRINKAGE);
        strength[t] = strength(own.n);
        double anyTokens = all.n > 0 ? all.mean(all.tokens) : spec.card().outputTokens();
        tokens[t] = (own.tokens + TASK_SHRINKAGE * anyTokens) / (own.n + TASK_SHRINKAGE);
        double anySeconds = all.n > 0 ? all.mean(all.seconds) : declaredSeconds(spec.card(), anyTokens);
        seconds[t] = (own.seconds + TASK_SHRINKAGE * anySeconds) / (own.n + TASK_SHRINKAGE);
    }

    /** How sure so many outcomes make. */
    static double strength(double outcomes) {
        return WEAKEST + 8 * outcomes / (outcomes + 8);
    }

    /** Standard deviation of a quality expected with that strength. */
    static double uncertainty(double quality, double strength) {
        double middle = (quality * strength + 0.5) / (strength + 1); // never quite sure
        return Math.sqrt(middle * (1 - middle) / (strength + 1));
    }

    private static double declared(ModelCard card, String task) {
        return Math.clamp(card.qualityByTask().getOrDefault(task, card.quality()), 0.0, 1.0);
    }

    static double declaredSeconds(ModelCard card, double tokens) {
        return card.timeToFirstToken().toNanos() / 1e9 + tokens / Math.max(0.1, card.tokensPerSecond());
    }

    /** Sums over edges. */
    private static final class Sums {
        double n;
        double quality;
        double tokens;
        double seconds;

        void add(EdgeStats edges, int at) {
            double count = edges.n()[at];
            n += count;
            quality += count * edges.quality()[at];
            tokens += count * edges.tokens()[at];
            seconds += count * edges.seconds()[at];
        }

        double mean(double sum) {
            return n > 0 ? sum / n : 0;
        }
    }
}
