package dev.parley.gateway.admin;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.lab.Worth;
import dev.parley.moe.ModelCapacity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Backends, models and the routing graph as they are now. */
public interface Fleet {
    /** How a backend fares, by id: {@code up}, {@code degraded} or {@code down}. */
    String state(String backend);

    /**
     * What the routing graph has seen of a model, or foretells of one that joined, which takes milliseconds: not for an event loop; empty
     * if only its declared card is known.
     */
    Optional<Calibration> calibration(ModelId model);

    /** Spent by each key in its current period, in nano-USD. */
    Map<String, Long> spending();

    /**
     * What the models computed in this process take and give on this machine; empty if there are none. Blocks.
     *
     * @param speed whether to work out speeds too, which takes a core for half a minute and more the first time
     */
    Optional<Local> local(boolean speed);

    /** The routing graph for drawing. */
    Picture graph();

    /** Whether routing by that graph is worth its trouble; empty if it is not known, or not yet. */
    Optional<Worth> worth();

    /**
     * Memory of the engine in this process, in bytes, and its models.
     *
     * @param heldKeysAndValues of running answers
     * @param keptKeysAndValues of finished ones, given up when the memory is needed
     * @param experts resident in the cache of experts; empty if all are in memory
     */
    record Local(long heldKeysAndValues, long keptKeysAndValues, OptionalLong experts, List<ModelCapacity> models) {
        public Local {
            models = List.copyOf(models);
        }
    }

    /**
     * @param outcomes number behind the figures
     * @param quality mean quality, 0..1
     * @param qualityByTask the same by task
     * @param foretold from those few outcomes and the graph's own models, not a mean of outcomes
     */
    record Calibration(long outcomes, double quality, Map<String, Double> qualityByTask, boolean foretold) {
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
     * @param joined how, if it is a model that joined the graph with a few probes
     */
    record Node(String id, String kind, String label, double weight, Optional<Joined> joined) {
        /** One of the graph's own. */
        public Node(String id, String kind, String label, double weight) {
            this(id, kind, label, weight, Optional.empty());
        }
    }

    /**
     * A newcomer: predicted by how the graph's own models fare, so no edge leads to it.
     *
     * @param probes outcomes it is known by
     * @param uncertainty standard deviation of its predicted quality where that is largest, 0..0.5
     */
    record Joined(int probes, double uncertainty) {}

    /**
     * @param weight outcomes behind it
     * @param quality mean quality on edges to models, 0..1; NaN on others
     */
    record Edge(String from, String to, double weight, double quality) {}
}
