package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * GraphRouter as published (Feng et al. 2025), by its formulas: {@link PublishedNetwork}, told the task of each query, trained on hidden edges to
 * tell the model with the highest reward (all of them, where several are), "performance first": the reward is the score. A table
 * has no written descriptions, so names stand for them. The published one is trained anew for each trade-off and says nothing of cost;
 * here its liking stands for quality beside the mean costs of the task, so that it can be asked for any.
 *
 * @param described names of tasks and models as the encoder sees them, unit length
 */
public record PublishedGraphRouter(Map<String, float[]> described) implements Contender {
    private static final int STEPS = 300;
    private static final int LOOK = 20; // steps between two looks at the queries held out
    private static final int MASKS = 2; // a step
    private static final double SEEN = 0.5; // of the edges
    private static final double HELD = 0.125; // of the queries: a tenth of the whole, as published
    private static final double RATE = 3e-3;
    private static final double DECAY = 1e-4;

    public PublishedGraphRouter {
        described = Map.copyOf(described);
    }

    @Override
    public String name() {
        return "GraphRouter (task told)";
    }

    @Override
    public String source() {
        return "GraphRouter as published (Feng et al. 2025), performance first; names in place of descriptions, mean costs of the task";
    }

    @Override
    public boolean probable() {
        return false;
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        List<String> tasks = List.copyOf(new TreeSet<>(train.tasks()));
        PublishedNetwork.Graph graph = graph(train, tasks);
        float[][] models = new float[0][];
        PublishedNetwork network = new PublishedNetwork(graph, seed);
        boolean[] all = new boolean[graph.from().length];
        Arrays.fill(all, true);
        if (all.length > 0) {
            learn(network, graph, train, new SplittableRandom(seed));
            models = network.models(all);
        }
        float[][] vectors = models;
        double[][] overall = train.means();
        Map<String, double[][]> byTask = TaskTable.of(train, overall);
        return new Guesses(name(), train.models(), (query, features) -> {
            String task = query.taskHints().stream().findFirst().orElse("");
            double[] liking = network.liking(features.embedding(), encoded(task, features.embedding().length), vectors);
            return new double[][] {liking, byTask.getOrDefault(task, overall)[1]};
        });
    }

    /** Nothing is known of a name that was not encoded. */
    private float[] encoded(String name, int dimension) {
        return described.getOrDefault(name, new float[dimension]);
    }

    private PublishedNetwork.Graph graph(TrainingSet train, List<String> tasks) {
        int dimension = train.embeddings()[0].length;
        double[][] range = ranges(train, tasks);
        List<float[]> told = new ArrayList<>();
        List<int[]> ends = new ArrayList<>();
        List<Float> best = new ArrayList<>();
        for (int q = 0; q < train.size(); q++) {
            double[] cheap = range[tasks.indexOf(train.tasks().get(q))];
            double most = Arrays.stream(train.score()[q])
                    .filter(s -> !Double.isNaN(s))
                    .max()
                    .orElse(0);
            for (int m = 0; m < train.models().size(); m++) {
                float score = (float) train.score()[q][m];
                double cost = train.cost()[q][m];
                if (!Float.isNaN(score) && !Double.isNaN(cost)) {
                    ends.add(new int[] {q, m});
                    told.add(new float[] {score, (float) ((cost - cheap[0]) / cheap[1]), score});
                    best.add(score >= most - 1e-8 ? 1f : 0f);
                }
            }
        }
        float[] wanted = new float[best.size()];
        for (int e = 0; e < wanted.length; e++) {
            wanted[e] = best.get(e);
        }
        return new PublishedNetwork.Graph(
                train.embeddings(),
                train.tasks().stream().mapToInt(tasks::indexOf).toArray(),
                tasks.stream().map(task -> encoded(task, dimension)).toArray(float[][]::new),
                train.models().stream().map(model -> encoded(model, dimension)).toArray(float[][]::new),
                ends.stream().mapToInt(end -> end[0]).toArray(),
                ends.stream().mapToInt(end -> end[1]).toArray(),
                told.toArray(float[][]::new),
                wanted);
    }

    /** Least cost and how far the others go beyond, by task. */
    private static double[][] ranges(TrainingSet train, List<String> tasks) {
        double[][] range = new double[tasks.size()][];
        for (int t = 0; t < range.length; t++) {
            double least = Double.MAX_VALUE;
            double most = -Double.MAX_VALUE;
            for (int q = 0; q < train.size(); q++) {
                for (int m = 0;
                        m < train.models().size() && train.tasks().get(q).equals(tasks.get(t));
                        m++) {
                    double cost = train.cost()[q][m];
                    least = Double.isNaN(cost) ? least : Math.min(least, cost);
                    most = Double.isNaN(cost) ? most : Math.max(most, cost);
                }
            }
            range[t] = new double[] {least, Math.max(most - least, 1e-12)};
        }
        return range;
    }

    /** Keeps the weights whose first choices earn most on queries held out. */
    private void learn(
            PublishedNetwork network, PublishedNetwork.Graph graph, TrainingSet train, SplittableRandom random) {
        boolean[] held = new boolean[train.size()];
        for (int q = 0; q < held.length; q++) {
            held[q] = random.nextDouble() < HELD;
        }
        boolean[] known = new boolean[graph.from().length];
        for (int e = 0; e < known.length; e++) {
            known[e] = !held[graph.from()[e]];
        }
        double best = -1;
        for (int step = 1; step <= STEPS; step++) {
            boolean[][] masks = new boolean[MASKS][known.length];
            for (boolean[] mask : masks) {
                for (int e = 0; e < known.length; e++) {
                    mask[e] = known[e] && random.nextDouble() < SEEN;
                }
            }
            network.step(masks, known, RATE, DECAY);
            if (step % LOOK == 0) {
                double earned = earned(network, network.models(known), graph, train, held);
                if (earned > best) {
                    best = earned;
                    network.keep();
                }
            }
        }
        network.recall();
    }

    private static double earned(
            PublishedNetwork network,
            float[][] models,
            PublishedNetwork.Graph graph,
            TrainingSet train,
            boolean[] held) {
        double sum = 0;
        for (int q = 0; q < held.length; q++) {
            if (held[q]) {
                double[] liking = network.liking(train.embeddings()[q], graph.tasks()[graph.taskOf()[q]], models);
                int first = -1;
                for (int m = 0; m < liking.length; m++) {
                    boolean known = !Double.isNaN(train.score()[q][m]);
                    first = known && (first < 0 || liking[m] > liking[first]) ? m : first;
                }
                sum += first < 0 ? 0 : train.score()[q][first];
            }
        }
        return sum;
    }
}
