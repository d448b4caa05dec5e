package dev.parley.graphrouter.learn;

import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Newcomer;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds models to a graph that was built without them, from some 30 to 100 probes each. Before any probe a newcomer is taken for one of the
 * population that the graph's models are drawn from: as good as they are on average, different as they differ from each other, and
 * a little of its own in each task and in each direction of the embedding. The probes then tell the most probable weights ({@link
 * Newcomer}). Sources: maximum a posteriori ability in item response theory (Lord 1980); hierarchical shrinkage, Efron and Morris
 * 1975; in the dual form of kernel logistic regression, Zhu and Hastie 2005. Stateless.
 */
public final class Onboarding {
    /** Probes below which nothing can be said. */
    public static final int FEWEST = 10;

    private static final int MEAN = 1; // place of the others' mean among the inputs
    private static final double LEVEL_WORTH = 4; // at least, and four times that at most
    private static final double SLOPE_WORTH = 50;
    private static final double OWN_WORTH = 2;
    private static final int STEPS = 20; // at most
    private static final double SETTLED = 1e-7; // log-odds that no longer move
    private static final double FLATTEST = 0.05; // curvature, so that a step never goes far

    private Onboarding() {}

    /**
     * The graph with every model that it lacks and that has outcomes among the probes; outcomes of its own models are passed over, newcomers
     * of before are met anew. Throws IllegalArgumentException, with the remedy, for a model of fewer than {@link #FEWEST} probes and
     * for a graph without models.
     *
     * @param probes with embeddings of the graph's encoder
     */
    public static RoutingGraph joined(RoutingGraph graph, List<Sample> probes) {
        if (graph.models().isEmpty()) {
            throw new IllegalArgumentException(
                    "a graph without models has nobody to compare a newcomer with; calibrate it with all models");
        }
        GraphPlanner planner = GraphPlanner.of(graph);
        Map<String, List<Probe>> byModel = new TreeMap<>();
        for (Sample sample : probes) {
            List<Sample.Outcome> own = sample.outcomes().stream()
                    .filter(outcome -> !graph.models().contains(outcome.model()))
                    .toList();
            if (!own.isEmpty()) {
                GraphPlanner.Known known =
                        planner.known(Query.of(sample.text()), new QueryFeatures(sample.embedding(), graph.encoder()));
                own.forEach(outcome -> byModel.computeIfAbsent(outcome.model(), model -> new ArrayList<>())
                        .add(new Probe(known, outcome)));
            }
        }
        List<Newcomer> newcomers = new ArrayList<>(graph.newcomers().stream()
                .filter(newcomer -> !byModel.containsKey(newcomer.model()))
                .toList());
        byModel.forEach((model, own) -> newcomers.add(newcomer(model, own)));
        return graph.with(newcomers);
    }

    /** An answer of a newcomer beside what is predicted of the graph's models. */
    private record Probe(GraphPlanner.Known known, Sample.Outcome outcome) {}

    private static Newcomer newcomer(String model, List<Probe> probes) {
        if (probes.size() < FEWEST) {
            throw new IllegalArgumentException(model + " has " + probes.size() + " probes, but takes at least " + FEWEST
                    + " (better 30 to 100) to join a graph; ask it more questions");
        }
        double used = 0;
        double usual = 0;
        double seconds = 0;
        for (Probe probe : probes) {
            used += probe.outcome.tokens();
            usual += Arrays.stream(probe.known.tokens()).average().orElse(0);
            seconds += probe.outcome.seconds() / probes.size();
        }
        double[][] inputs = probes.stream().map(probe -> probe.known.inputs()).toArray(double[][]::new);
        double[] score =
                probes.stream().mapToDouble(probe -> probe.outcome.score()).toArray();
        GraphPlanner.Known any = probes.getFirst().known;
        double[] worth = worth(any.quality().length, any.tasks().length, any.embedding().length);
        return new Newcomer(model, probes.size(), weights(inputs, score, worth), usual > 0 ? used / usual : 1, seconds);
    }

    /**
     * The most probable weights, by Newton's method on the probes' log-odds: there are fewer probes than weights.
     *
     * @param inputs [probes][weights]
     * @param worth of each weight: the inverse of its variance before any probe, [weights]
     */
    static float[] weights(double[][] inputs, double[] score, double[] worth) {
        int n = score.length;
        double[][] likeness = new double[n][n];
        for (int p = 0; p < n; p++) {
            for (int q = 0; q <= p; q++) {
                for (int i = 0; i < worth.length; i++) {
                    likeness[p][q] += inputs[p][i] * inputs[q][i] / worth[i];
                }
                likeness[q][p] = likeness[p][q];
            }
        }
        double[] odds = new double[n];
        double[] pull = new double[n]; // of each probe
        double moved = Double.MAX_VALUE;
        for (int step = 0; step < STEPS && moved > SETTLED; step++) {
            double[][] system = new double[n][];
            double[] target = new double[n];
            for (int p = 0; p < n; p++) {
                double chance = 1 / (1 + Math.exp(-inputs[p][MEAN] - odds[p]));
                double curvature = Math.max(FLATTEST, chance * (1 - chance));
                system[p] = likeness[p].clone();
                system[p][p] += 1 / curvature;
                target[p] = odds[p] + (score[p] - chance) / curvature;
            }
            Cholesky.factor(system);
            pull = Cholesky.solve(system, target);
            moved = 0;
            for (int p = 0; p < n; p++) {
                double now = 0;
                for (int q = 0; q < n; q++) {
                    now += likeness[p][q] * pull[q];
                }
                moved = Math.max(moved, Math.abs(now - odds[p]));
                odds[p] = now;
            }
        }
        float[] weights = new float[worth.length];
        for (int i = 0; i < weights.length; i++) {
            double sum = i == MEAN ? 1 : 0;
            for (int p = 0; p < n; p++) {
                sum += pull[p] * inputs[p][i] / worth[i];
            }
            weights[i] = (float) sum;
        }
        return weights;
    }

    /**
     * How much is believed of a model before it is asked: it is one of those known, and a little of its own. The more models are known, the
     * better is it known how good they are on average; one alone says little.
     */
    static double[] worth(int models, int tasks, int dimension) {
        double[] worth = new double[Newcomer.count(models, tasks, dimension)];
        Arrays.fill(worth, OWN_WORTH);
        worth[0] = Math.clamp(2.0 * models, LEVEL_WORTH, 4 * LEVEL_WORTH);
        worth[MEAN] = SLOPE_WORTH;
        Arrays.fill(worth, MEAN + 1, MEAN + 1 + models, models);
        return worth;
    }
}
