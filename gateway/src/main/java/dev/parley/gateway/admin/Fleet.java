package dev.parley.gateway.admin;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.lab.Worth;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Backends, models and the routing graph as they are now. */
public interface Fleet {
    /** How a backend fares, by id: {@code up}, {@code degraded} or {@code down}. */
    String state(String backend);

    /** What the routing graph has seen of a model; empty if only its declared card is known. */
    Optional<Calibration> calibration(ModelId model);

    /** Spent by each key in its current period, in nano-USD. */
    Map<String, Long> spending();

    /** The routing graph for drawing. */
    Picture graph();

    /** Whether routing by that graph is worth its trouble; empty if it is not known, or not yet. */
    Optional<Worth> worth();

    /**
     * @param outcomes number behind the figures
     * @param quality mean quality, 0..1
     * @param qualityByTask the same by task
     */
    record Calibration(long outcomes, double quality, Map<String, Double> qualityByTask) {
        public Calibration {
            qualityByTask = Map.copyOf(qualityByTask);
        }
    }

    /** Nodes and edges; edges name nodes by id. */
    record Picture(List<Node> nodes, List<Edge> edges) {
        public static final Picture EMPTY = new Picture(List.of(), List.of());

        public Picture {
            nodes = List.copyOf(nodes);
            edges = List.copyOf(edges);
        }
    }

    /**
     * @param kind {@code task}, {@code anchor} or {@code model}
     * @param weight number of outcomes or queries behind it
     */
    record Node(String id, String kind, String label, double weight) {}

    /**
     * @param weight outcomes behind it
     * @param quality mean quality on edges to models, 0..1; NaN on others
     */
    record Edge(String from, String to, double weight, double quality) {}
}
