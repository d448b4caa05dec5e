package dev.parley.graphrouter.graph;

import dev.parley.graphrouter.EdgeStats;
import dev.parley.graphrouter.RoutingGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jgrapht.graph.SimpleDirectedGraph;

/**
 * The routing graph with typed nodes and edges, for validation, explanation and export. 20 tasks x 50,000 queries x 30 models take
 * 400 MB in this form and 13 MB as arrays, so the request path uses {@link RoutingGraph}. Not thread-safe while it is built,
 * immutable after.
 */
public final class TypedGraph {
    private final SimpleDirectedGraph<Node, Edge> graph = new SimpleDirectedGraph<>(Edge.class);
    private final RoutingGraph arrays;

    private TypedGraph(RoutingGraph arrays) {
        this.arrays = arrays;
    }

    /** Edges without outcomes and memberships of share 0 are left out. */
    public static TypedGraph of(RoutingGraph arrays) {
        TypedGraph typed = new TypedGraph(arrays);
        arrays.tasks().forEach(task -> typed.graph.addVertex(new Node.Task(task)));
        arrays.models().forEach(model -> typed.graph.addVertex(new Node.Model(model)));
        for (int a = 0; a < arrays.anchors().count(); a++) {
            typed.graph.addVertex(new Node.Anchor(a));
            typed.membership(a);
            typed.outcomes(new Node.Anchor(a), arrays.anchorModels(), a);
        }
        for (int t = 0; t < arrays.tasks().size(); t++) {
            typed.outcomes(new Node.Task(arrays.tasks().get(t)), arrays.taskModels(), t);
        }
        return typed;
    }

    private void membership(int anchor) {
        int tasks = arrays.tasks().size();
        for (int t = 0; t < tasks; t++) {
            double share = arrays.anchors().membership()[anchor * tasks + t];
            if (share > 0) {
                graph.addEdge(
                        new Node.Anchor(anchor), new Node.Task(arrays.tasks().get(t)), new Edge.Membership(share));
            }
        }
    }

    private void outcomes(Node from, EdgeStats edges, int row) {
        for (int m = 0; m < edges.to(); m++) {
            int at = row * edges.to() + m;
            if (edges.n()[at] > 0) {
                graph.addEdge(
                        from,
                        new Node.Model(arrays.models().get(m)),
                        new Edge.Outcomes(edges.n()[at], edges.quality()[at]));
            }
        }
    }

    /**
     * Throws IllegalArgumentException, naming the node, if an anchor is of no task or its shares do not sum to 1, if an anchor or
     * a model has no outcome, or if the outcomes of anchors and tasks do not add up to the same count for a model.
     */
    public void validate() {
        for (Node node : graph.vertexSet()) {
            switch (node) {
                case Node.Anchor anchor -> validate(anchor);
                case Node.Model model -> validate(model);
                case Node.Task task -> require(graph.inDegreeOf(task) > 0, task, "no query anchor is of it");
            }
        }
    }

    private void validate(Node.Anchor anchor) {
        double shares = 0;
        boolean outcomes = false;
        for (Edge edge : graph.outgoingEdgesOf(anchor)) {
            switch (edge) {
                case Edge.Membership membership -> shares += membership.share();
                case Edge.Outcomes any -> outcomes = true;
            }
        }
        require(Math.abs(shares - 1) < 0.02, anchor, "its task shares sum to " + shares + ", not to 1");
        require(outcomes, anchor, "it has no outcome");
    }

    private void validate(Node.Model model) {
        double byAnchor = 0;
        double byTask = 0;
        for (Edge edge : graph.incomingEdgesOf(model)) {
            if (edge instanceof Edge.Outcomes outcomes) {
                boolean task = graph.getEdgeSource(edge) instanceof Node.Task;
                byTask += task ? outcomes.count() : 0;
                byAnchor += task ? 0 : outcomes.count();
            }
        }
        require(byTask > 0, model, "it has no outcome");
        require(
                Math.abs(byTask - byAnchor) <= 0.01 * byTask,
                model,
                "its anchors count " + byAnchor + " outcomes, its tasks " + byTask);
    }

    private static void require(boolean holds, Node node, String why) {
        if (!holds) {
            throw new IllegalArgumentException("routing graph: " + node + ": " + why);
        }
    }

    public int nodes() {
        return graph.vertexSet().size();
    }

    public int edges() {
        return graph.edgeSet().size();
    }

    /** What is known of a model, one line a task, most outcomes first; empty for a model the graph does not know. */
    public List<String> explain(String model) {
        Node.Model node = new Node.Model(model);
        if (!graph.containsVertex(node)) {
            return List.of();
        }
        record Line(double count, String text) {}
        List<Line> lines = new ArrayList<>();
        for (Edge edge : graph.incomingEdgesOf(node)) {
            if (edge instanceof Edge.Outcomes outcomes && graph.getEdgeSource(edge) instanceof Node.Task task) {
                lines.add(new Line(
                        outcomes.count(),
                        String.format(
                                Locale.ROOT,
                                "%s: quality %.2f over %.0f outcomes",
                                task.name(),
                                outcomes.quality(),
                                outcomes.count())));
            }
        }
        lines.sort(Comparator.comparingDouble(Line::count).reversed());
        return lines.stream().map(Line::text).toList();
    }
}
