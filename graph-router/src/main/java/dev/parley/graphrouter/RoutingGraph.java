package dev.parley.graphrouter;

import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.graphrouter.head.Head;
import dev.parley.graphrouter.head.Newcomer;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The heterogeneous graph of task, query-anchor and model nodes as flat arrays, for the request path. Immutable by convention:
 * arrays must not be changed. Source: GraphRouter (Feng et al. 2025), with gated, degree-normalised outcome statistics in place
 * of learned messages.
 *
 * @param id version, a digest of the content; {@code cards} for the empty graph
 * @param encoder which encoder made the anchors
 * @param tasks names of the task nodes
 * @param models ids of the model nodes
 * @param anchors the query-anchor nodes
 * @param anchorModels statistics on the edges anchor - model
 * @param taskModels statistics on the edges task - model
 * @param lexicon tells the task of a query that has no embedding
 * @param head what was learnt beside the statistics; may be empty
 * @param newcomers models that joined with a few probes each and are no nodes; may be empty
 * @param recalibration what predictions turned out to be worth; may be none
 * @param tuning of the prediction, chosen on the outcomes
 */
public record RoutingGraph(
        String id,
        String encoder,
        List<String> tasks,
        List<String> models,
        Anchors anchors,
        EdgeStats anchorModels,
        EdgeStats taskModels,
        Lexicon lexicon,
        Head head,
        List<Newcomer> newcomers,
        Recalibration recalibration,
        Tuning tuning) {

    /** Bound on the anchors of one graph. */
    public static final int MAX_ANCHORS = 2048;

    public RoutingGraph {
        tasks = List.copyOf(tasks);
        models = List.copyOf(models);
        newcomers = List.copyOf(newcomers);
        distinct("task", tasks);
        distinct(
                "model",
                Stream.concat(models.stream(), newcomers.stream().map(Newcomer::model))
                        .toList());
        shape("anchor - model", anchorModels, anchors.count(), models.size());
        shape("task - model", taskModels, tasks.size(), models.size());
        if (anchors.tasks() != tasks.size() || lexicon.tasks() != tasks.size()) {
            throw new IllegalArgumentException("the anchors belong to " + anchors.tasks() + " tasks and the lexicon to "
                    + lexicon.tasks() + ", but there are " + tasks.size());
        }
        int inputs = Head.inputs(anchors.dimension(), tasks.size());
        if (!head.isEmpty()
                && (head.classifier().tasks() != tasks.size()
                        || head.quality().outputs() != models.size()
                        || head.quality().inputs() != inputs
                        || head.tokens().outputs() != models.size()
                        || head.tokens().inputs() != inputs)) {
            throw new IllegalArgumentException("the head was learnt for other tasks, models or embeddings");
        }
        for (Newcomer newcomer : newcomers) {
            if (newcomer.weights().length != Newcomer.count(models.size(), tasks.size(), anchors.dimension())) {
                throw new IllegalArgumentException("newcomer '" + newcomer.model() + "' joined another graph: it has "
                        + newcomer.weights().length + " weights");
            }
        }
        if (!recalibration.isNone()
                && (recalibration.models().size() != models.size()
                        || recalibration.tasks().size() != tasks.size())) {
            throw new IllegalArgumentException("the recalibration was learnt for other tasks or models");
        }
        if (recalibration.heldOut().queries() > 0 && recalibration.heldOut().models() != models.size()) {
            throw new IllegalArgumentException("the outcomes held out are of "
                    + recalibration.heldOut().models() + " models, but there are " + models.size());
        }
    }

    /** The same, with another idea of what its predictions are worth. */
    public RoutingGraph recalibrated(Recalibration other) {
        return new RoutingGraph(
                id, encoder, tasks, models, anchors, anchorModels, taskModels, lexicon, head, newcomers, other, tuning);
    }

    /** The same, with other newcomers. */
    public RoutingGraph with(List<Newcomer> others) {
        return new RoutingGraph(
                id,
                encoder,
                tasks,
                models,
                anchors,
                anchorModels,
                taskModels,
                lexicon,
                head,
                others,
                recalibration,
                tuning);
    }

    private static void distinct(String kind, List<String> names) {
        HashSet<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank() || !seen.add(name)) {
                throw new IllegalArgumentException(kind + " '" + name + "' is blank or named twice");
            }
        }
    }

    private static void shape(String kind, EdgeStats edges, int from, int to) {
        if (edges.from() != from || edges.to() != to) {
            throw new IllegalArgumentException("edges " + kind + " are " + edges.from() + " x " + edges.to()
                    + ", but the nodes are " + from + " x " + to);
        }
    }

    /** A graph that knows nothing: predictions come from the declared cards. */
    public static RoutingGraph empty() {
        return new RoutingGraph(
                "cards",
                "none",
                List.of(),
                List.of(),
                new Anchors(0, 0, new float[0], new float[0]),
                EdgeStats.none(0, 0),
                EdgeStats.none(0, 0),
                Lexicon.none(0),
                Head.none(),
                List.of(),
                Recalibration.NONE,
                Tuning.DEFAULT);
    }

    /**
     * Query anchors: normalised centres of neighbouring queries; no text is kept.
     *
     * @param count number of anchors
     * @param dimension of the embeddings
     * @param embeddings [count, dimension], each of length 1
     * @param membership [count, tasks], each row sums to 1
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Anchors(int count, int dimension, float[] embeddings, float[] membership) {
        public Anchors {
            if (count < 0 || count > MAX_ANCHORS) {
                throw new IllegalArgumentException("a graph has 0.." + MAX_ANCHORS + " anchors, not " + count);
            }
            if (embeddings.length != count * dimension || (count > 0 && membership.length % count != 0)) {
                throw new IllegalArgumentException("anchors: " + count + " x " + dimension
                        + " values expected, but there are " + embeddings.length + " and " + membership.length);
            }
            unit(count, dimension, embeddings);
        }

        private static void unit(int count, int dimension, float[] embeddings) {
            for (int a = 0; a < count; a++) {
                double square = 0;
                for (int d = 0; d < dimension; d++) {
                    square += embeddings[a * dimension + d] * embeddings[a * dimension + d];
                }
                if (!(Math.abs(square - 1) < 0.05)) {
                    throw new IllegalArgumentException("anchor " + a + " is not of length 1");
                }
            }
        }

        int tasks() {
            return count == 0 ? 0 : membership.length / count;
        }
    }

    /**
     * How evidence is weighed.
     *
     * @param sharpness of the kernel: an anchor weighs exp(sharpness * (cosine - best cosine))
     * @param shrinkage how many outcomes the prior is worth
     * @param nearCosine best cosine from which a query is at home
     * @param farCosine best cosine up to which a query is foreign: anchors then say nothing
     */
    public record Tuning(double sharpness, double shrinkage, double nearCosine, double farCosine) {
        public static final Tuning DEFAULT = new Tuning(16, 4, 0.55, 0.2);

        public Tuning {
            if (!(sharpness > 0) || !(shrinkage > 0) || !(nearCosine > farCosine) || !(farCosine >= -1)) {
                throw new IllegalArgumentException("tuning needs sharpness > 0, shrinkage > 0 and near > far cosine");
            }
        }
    }
}
