package dev.parley.gateway;

import dev.parley.config.ModelId;
import dev.parley.gateway.admin.Fleet;
import dev.parley.graphrouter.EdgeStats;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Newcomer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The routing graph for people: all tasks and models, and the anchors with the most outcomes. */
final class GraphPicture {
    /** More dots than this say nothing on a screen. */
    private static final int MOST_ANCHORS = 120;

    private static final double LEAST_SHARE = 0.15;

    private GraphPicture() {}

    static Fleet.Picture of(RoutingGraph graph) {
        List<Fleet.Node> nodes = new ArrayList<>();
        List<Fleet.Edge> edges = new ArrayList<>();
        for (int t = 0; t < graph.tasks().size(); t++) {
            String task = graph.tasks().get(t);
            nodes.add(new Fleet.Node("task:" + task, "task", task, sum(graph.taskModels(), t)));
            outcomes("task:" + task, graph, graph.taskModels(), t, edges);
        }
        IntStream.range(0, graph.anchors().count())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer a) -> sum(graph.anchorModels(), a))
                        .reversed())
                .limit(MOST_ANCHORS)
                .forEach(a -> anchor(a, graph, nodes, edges));
        for (int m = 0; m < graph.models().size(); m++) {
            String model = graph.models().get(m);
            nodes.add(new Fleet.Node("model:" + model, "model", model, column(graph.taskModels(), m)));
        }
        graph.newcomers().forEach(newcomer -> nodes.add(newcomer(newcomer)));
        return new Fleet.Picture(nodes, edges);
    }

    private static Fleet.Node newcomer(Newcomer newcomer) {
        Fleet.Joined joined = new Fleet.Joined(newcomer.probes(), GraphPlanner.uncertainty(newcomer));
        return new Fleet.Node(
                "model:" + newcomer.model(), "model", newcomer.model(), newcomer.probes(), Optional.of(joined));
    }

    private static void anchor(int a, RoutingGraph graph, List<Fleet.Node> nodes, List<Fleet.Edge> edges) {
        String id = "anchor:" + a;
        int tasks = graph.tasks().size();
        int best = 0;
        double weight = sum(graph.anchorModels(), a);
        for (int t = 0; t < tasks; t++) {
            double share = share(graph, a, t);
            best = share > share(graph, a, best) ? t : best;
            if (share >= LEAST_SHARE) {
                edges.add(new Fleet.Edge("task:" + graph.tasks().get(t), id, weight * share, Double.NaN));
            }
        }
        String label = tasks == 0 ? id : id + ", mostly " + graph.tasks().get(best);
        nodes.add(new Fleet.Node(id, "anchor", label, weight));
        outcomes(id, graph, graph.anchorModels(), a, edges);
    }

    private static double share(RoutingGraph graph, int anchor, int task) {
        return graph.anchors().membership()[anchor * graph.tasks().size() + task];
    }

    private static void outcomes(String from, RoutingGraph graph, EdgeStats stats, int row, List<Fleet.Edge> edges) {
        for (int m = 0; m < stats.to(); m++) {
            int at = row * stats.to() + m;
            if (stats.n()[at] > 0) {
                edges.add(new Fleet.Edge(from, "model:" + graph.models().get(m), stats.n()[at], stats.quality()[at]));
            }
        }
    }

    private static double sum(EdgeStats stats, int row) {
        double sum = 0;
        for (int m = 0; m < stats.to(); m++) {
            sum += stats.n()[row * stats.to() + m];
        }
        return sum;
    }

    private static double column(EdgeStats stats, int model) {
        double sum = 0;
        for (int row = 0; row < stats.from(); row++) {
            sum += stats.n()[row * stats.to() + model];
        }
        return sum;
    }

    /**
     * Means over a model's outcomes by task, or what is foretold of one that joined the graph; empty if the graph has nothing of it.
     */
    static Optional<Fleet.Calibration> calibration(RoutingGraph graph, ModelId model) {
        int m = graph.models().indexOf(model.value());
        return m < 0
                ? graph.newcomers().stream()
                        .filter(newcomer -> newcomer.model().equals(model.value()))
                        .findFirst()
                        .map(newcomer -> foretold(graph, newcomer))
                : seen(graph, m);
    }

    private static Optional<Fleet.Calibration> seen(RoutingGraph graph, int model) {
        EdgeStats stats = graph.taskModels();
        Sums sums = new Sums();
        for (int t = 0; t < stats.from(); t++) {
            int at = t * stats.to() + model;
            sums.add(graph.tasks().get(t), stats.n()[at], stats.quality()[at]);
        }
        return sums.count == 0 ? Optional.empty() : Optional.of(sums.calibration(Math.round(sums.count), false));
    }

    /** The anchors stand for the queries of their tasks, with what the graph's own models were seen to do there. */
    private static Fleet.Calibration foretold(RoutingGraph graph, Newcomer newcomer) {
        RoutingGraph.Anchors anchors = graph.anchors();
        int tasks = graph.tasks().size();
        int dimension = anchors.dimension();
        double[] everywhere = IntStream.range(0, graph.models().size())
                .mapToDouble(m -> seen(graph, m).map(Fleet.Calibration::quality).orElse(0.5))
                .toArray();
        Sums sums = new Sums();
        for (int a = 0; a < anchors.count(); a++) {
            double[] shares = new double[tasks];
            for (int t = 0; t < tasks; t++) {
                shares[t] = share(graph, a, t);
            }
            float[] embedding = Arrays.copyOfRange(anchors.embeddings(), a * dimension, (a + 1) * dimension);
            double quality = newcomer.quality(
                    Newcomer.inputs(qualities(graph.anchorModels(), a, everywhere), shares, embedding));
            double weight = sum(graph.anchorModels(), a);
            for (int t = 0; t < tasks; t++) {
                sums.add(graph.tasks().get(t), weight * shares[t], quality);
            }
        }
        return sums.calibration(newcomer.probes(), true);
    }

    /** Of the graph's own models among an anchor's queries; of one that has none there, everywhere. */
    private static double[] qualities(EdgeStats stats, int anchor, double[] everywhere) {
        double[] qualities = everywhere.clone();
        for (int m = 0; m < qualities.length; m++) {
            int at = anchor * stats.to() + m;
            if (stats.n()[at] > 0) {
                qualities[m] = stats.quality()[at];
            }
        }
        return qualities;
    }

    /** Weighted means by task and over all. */
    private static final class Sums {
        private final Map<String, double[]> byTask = new HashMap<>(); // weight, weight x quality
        private double count;
        private double good;

        void add(String task, double weight, double quality) {
            if (weight > 0) {
                double[] of = byTask.computeIfAbsent(task, t -> new double[2]);
                of[0] += weight;
                of[1] += weight * quality;
                count += weight;
                good += weight * quality;
            }
        }

        Fleet.Calibration calibration(long outcomes, boolean foretold) {
            Map<String, Double> means = new HashMap<>();
            byTask.forEach((task, of) -> means.put(task, of[1] / of[0]));
            return new Fleet.Calibration(outcomes, count == 0 ? 0.5 : good / count, means, foretold);
        }
    }
}
