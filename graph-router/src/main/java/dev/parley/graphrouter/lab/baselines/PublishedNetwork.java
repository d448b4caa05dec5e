package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.learn.Adam;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The network of GraphRouter (Feng et al. 2025): queries point to the models that answered them; a query's node holds its embedding beside its
 * task's description, a model's its own description, an edge {reward, cost, effect}. Two rounds of messages that add up (PyG's GeneralConv),
 * each followed by batch normalisation over all nodes; a model is liked by {@code sigmoid(mean(query before * model after))}. Not thread-safe.
 */
final class PublishedNetwork {
    static final int WIDTH = 16;

    private static final int HALF = WIDTH / 2;
    private static final int EDGE = 3;
    private static final float MOMENTUM = 0.1f;
    private static final float TINY = 1e-5f;
    private static final double START = 0.58; // spread of PyTorch's uniform one

    private final Graph graph;
    private final Adam ofTask;
    private final Adam ofQuery;
    private final Adam ofModel;
    private final Adam ofEdge = new Adam(EDGE, EDGE + 1, START, new SplittableRandom(5));
    private final Round[] rounds = new Round[2];

    // Of the weights as they are: set by features(), and what they are to blame for
    private final float[][] nodes; // [queries + models][WIDTH]
    private final float[][] nodeBlame;
    private final float[][] edges; // [edges][EDGE]
    private final float[][] edgeBlame;

    /**
     * What is known. Arrays must not be changed.
     *
     * @param queries [queries][dimension]
     * @param taskOf [queries] index of the task
     * @param tasks [tasks][dimension] descriptions, encoded
     * @param models [models][dimension] likewise
     * @param from [edges] query
     * @param to [edges] model
     * @param told [edges][3] reward, cost, effect
     * @param best [edges] 1 where the model has the query's highest reward, else 0
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Graph(
            float[][] queries,
            int[] taskOf,
            float[][] tasks,
            float[][] models,
            int[] from,
            int[] to,
            float[][] told,
            float[] best) {}

    PublishedNetwork(Graph graph, long seed) {
        this.graph = graph;
        SplittableRandom random = new SplittableRandom(seed);
        int dimension = graph.models[0].length;
        ofTask = new Adam(HALF, dimension + 1, START, random);
        ofQuery = new Adam(HALF, dimension + 1, START, random);
        ofModel = new Adam(WIDTH, dimension + 1, START, random);
        rounds[0] = new Round(random);
        rounds[1] = new Round(random);
        nodes = new float[graph.queries.length + graph.models.length][WIDTH];
        nodeBlame = new float[nodes.length][WIDTH];
        edges = new float[graph.from.length][EDGE];
        edgeBlame = new float[graph.from.length][EDGE];
    }

    /** One convolution and the normalisation after it. Its message to a model: messages of the nodes and of the edges, summed. */
    private static final class Round {
        final Adam node; // [WIDTH][WIDTH + 1], the bias counting once a message
        final Adam edge; // [WIDTH][EDGE + 1]
        final Adam norm; // [scale, shift][WIDTH]
        final float[][] served = new float[2][WIDTH]; // running mean and variance
        float[][] kept = served;

        Round(SplittableRandom random) {
            node = new Adam(WIDTH, WIDTH + 1, START, random);
            edge = new Adam(WIDTH, EDGE + 1, START, random);
            norm = new Adam(2, WIDTH, 0, random);
            Arrays.fill(norm.row(0), 1);
            Arrays.fill(served[1], 1);
        }
    }

    /** All that learns. */
    List<Adam> weights() {
        return List.of(
                ofTask,
                ofQuery,
                ofModel,
                ofEdge,
                rounds[0].node,
                rounds[0].edge,
                rounds[0].norm,
                rounds[1].node,
                rounds[1].edge,
                rounds[1].norm);
    }

    /** Remembers what is learnt as it is. */
    void keep() {
        weights().forEach(Adam::keep);
        for (Round round : rounds) {
            round.kept = Arrays.stream(round.served).map(float[]::clone).toArray(float[][]::new);
        }
    }

    /** Back to what was remembered last. */
    void recall() {
        weights().forEach(Adam::recall);
        for (Round round : rounds) {
            System.arraycopy(round.kept[0], 0, round.served[0], 0, WIDTH);
            System.arraycopy(round.kept[1], 0, round.served[1], 0, WIDTH);
        }
    }

    /** A step down the mean loss over masks: which edges may be seen; of the others the loss is taken. Returns that loss. */
    double step(boolean[][] masks, boolean[] known, double rate, double decay) {
        features();
        double loss = 0;
        for (boolean[] visible : masks) {
            loss += new Pass(visible, true).learn(known, 1f / masks.length);
        }
        back();
        weights().forEach(matrix -> matrix.step(rate, decay));
        return loss;
    }

    private void features() {
        for (int q = 0; q < graph.queries.length; q++) {
            for (int k = 0; k < HALF; k++) {
                nodes[q][HALF + k] = ofQuery.dot(k, graph.queries[q]);
            }
        }
        for (int t = 0; t < graph.tasks.length; t++) {
            float[] described = described(graph.tasks[t]);
            for (int q = 0; q < graph.queries.length; q++) {
                if (graph.taskOf[q] == t) {
                    System.arraycopy(described, 0, nodes[q], 0, HALF);
                }
            }
        }
        for (int m = 0; m < graph.models.length; m++) {
            for (int k = 0; k < WIDTH; k++) {
                nodes[graph.queries.length + m][k] = ofModel.dot(k, graph.models[m]);
            }
        }
        for (int e = 0; e < edges.length; e++) {
            for (int k = 0; k < EDGE; k++) {
                edges[e][k] = Math.max(0, ofEdge.dot(k, graph.told[e]));
            }
        }
    }

    private float[] described(float[] task) {
        float[] described = new float[HALF];
        for (int k = 0; k < HALF; k++) {
            described[k] = ofTask.dot(k, task);
        }
        return described;
    }

    private void back() {
        float[][] ofTasks = new float[graph.tasks.length][HALF];
        for (int q = 0; q < graph.queries.length; q++) {
            for (int k = 0; k < HALF; k++) {
                ofTasks[graph.taskOf[q]][k] += nodeBlame[q][k];
                ofQuery.slope(k, graph.queries[q], nodeBlame[q][HALF + k], new float[0]);
            }
        }
        for (int t = 0; t < ofTasks.length; t++) {
            for (int k = 0; k < HALF; k++) {
                ofTask.slope(k, graph.tasks[t], ofTasks[t][k], new float[0]);
            }
        }
        for (int m = 0; m < graph.models.length; m++) {
            for (int k = 0; k < WIDTH; k++) {
                ofModel.slope(k, graph.models[m], nodeBlame[graph.queries.length + m][k], new float[0]);
            }
        }
        for (int e = 0; e < edges.length; e++) {
            for (int k = 0; k < EDGE; k++) {
                if (edges[e][k] > 0) {
                    ofEdge.slope(k, graph.told[e], edgeBlame[e][k], new float[0]);
                }
            }
        }
        Arrays.stream(nodeBlame).forEach(blame -> Arrays.fill(blame, 0));
        Arrays.stream(edgeBlame).forEach(blame -> Arrays.fill(blame, 0));
    }

    /** Vectors of the models, [models][WIDTH], if these edges are seen; normalised as learnt. */
    float[][] models(boolean[] visible) {
        features();
        return new Pass(visible, false).models;
    }

    /** How much a query of a task, described as encoded, likes each model, [models] 0..1. */
    double[] liking(float[] query, float[] task, float[][] models) {
        float[] asked = Arrays.copyOf(described(task), WIDTH);
        for (int k = 0; k < HALF; k++) {
            asked[HALF + k] = ofQuery.dot(k, query);
        }
        return Arrays.stream(models).mapToDouble(model -> liking(asked, model)).toArray();
    }

    private static double liking(float[] query, float[] model) {
        float sum = 0;
        for (int d = 0; d < WIDTH; d++) {
            sum += query[d] * model[d];
        }
        return 1 / (1 + Math.exp(-sum / WIDTH));
    }

    /** One way through the network, and back. */
    private final class Pass {
        private final boolean[] visible;
        private final boolean training;
        private final float[][] edgeSums = new float[graph.models.length][EDGE + 1]; // the last one counts
        private final float[][][] sums = new float[2][graph.models.length][WIDTH + 1];
        private final float[][][] centred = new float[2][][]; // [nodes][WIDTH], of variance 1 in training
        private final float[][] deviation = new float[2][WIDTH];
        private final float[][] inner; // [nodes][WIDTH], after the first round
        private final float[][] models;

        Pass(boolean[] visible, boolean training) {
            this.visible = visible;
            this.training = training;
            for (int e = 0; e < visible.length; e++) {
                if (visible[e]) {
                    add(edgeSums[graph.to[e]], edges[e], 1);
                    edgeSums[graph.to[e]][EDGE]++;
                }
            }
            inner = normalised(0, convolved(0, nodes));
            for (float[] row : inner) {
                for (int d = 0; d < WIDTH; d++) {
                    row[d] = Math.max(0, row[d]);
                }
            }
            float[][] outer = normalised(1, convolved(1, inner));
            models = Arrays.copyOfRange(outer, graph.queries.length, outer.length);
        }

        private float[][] convolved(int round, float[][] in) {
            for (int e = 0; e < visible.length; e++) {
                if (visible[e]) {
                    add(sums[round][graph.to[e]], in[graph.from[e]], 1);
                    sums[round][graph.to[e]][WIDTH]++;
                }
            }
            float[][] out = Arrays.stream(in).map(float[]::clone).toArray(float[][]::new);
            for (int m = 0; m < graph.models.length; m++) {
                float[] row = out[graph.queries.length + m];
                for (int d = 0; d < WIDTH; d++) {
                    row[d] += rounds[round].node.dot(d, sums[round][m]) + rounds[round].edge.dot(d, edgeSums[m]);
                }
            }
            return out;
        }

        private float[][] normalised(int round, float[][] in) {
            Round own = rounds[round];
            float[][] moments = training ? moments(own, in) : own.served;
            centred[round] = new float[in.length][WIDTH];
            float[][] out = new float[in.length][WIDTH];
            for (int d = 0; d < WIDTH; d++) {
                deviation[round][d] = (float) Math.sqrt(moments[1][d] + TINY);
                for (int i = 0; i < in.length; i++) {
                    centred[round][i][d] = (in[i][d] - moments[0][d]) / deviation[round][d];
                    out[i][d] =
                            own.norm.row(0)[d] * centred[round][i][d] + own.norm.row(1)[d];
                }
            }
            return out;
        }

        private float[][] moments(Round own, float[][] in) {
            float[][] moments = new float[2][WIDTH];
            for (int d = 0; d < WIDTH; d++) {
                double sum = 0;
                double square = 0;
                for (float[] row : in) {
                    sum += row[d];
                }
                for (float[] row : in) {
                    square += (row[d] - sum / in.length) * (row[d] - sum / in.length);
                }
                moments[0][d] = (float) (sum / in.length);
                moments[1][d] = (float) (square / in.length);
                own.served[0][d] += MOMENTUM * (moments[0][d] - own.served[0][d]);
                own.served[1][d] += MOMENTUM * ((float) (square / (in.length - 1)) - own.served[1][d]);
            }
            return moments;
        }

        /** Adds to the slopes of the loss on known edges that are not seen; returns the loss. */
        double learn(boolean[] known, float share) {
            int judged = 0;
            for (int e = 0; e < visible.length; e++) {
                judged += known[e] && !visible[e] ? 1 : 0;
            }
            float[][] blame = new float[nodes.length][WIDTH];
            double loss = 0;
            for (int e = 0; e < visible.length; e++) {
                if (known[e] && !visible[e]) {
                    float[] query = nodes[graph.from[e]];
                    float[] model = models[graph.to[e]];
                    double p = Math.clamp(liking(query, model), 1e-7, 1 - 1e-7);
                    loss -= share / judged * (graph.best[e] > 0 ? Math.log(p) : Math.log(1 - p));
                    float slope = (float) (p - graph.best[e]) * share / judged / WIDTH;
                    add(blame[graph.queries.length + graph.to[e]], query, slope);
                    add(nodeBlame[graph.from[e]], model, slope);
                }
            }
            float[][] within = unconvolved(1, unnormalised(1, blame));
            for (int i = 0; i < within.length; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    within[i][d] = inner[i][d] > 0 ? within[i][d] : 0;
                }
            }
            float[][] first = unconvolved(0, unnormalised(0, within));
            for (int i = 0; i < first.length; i++) {
                add(nodeBlame[i], first[i], 1);
            }
            return loss;
        }

        private float[][] unnormalised(int round, float[][] blame) {
            Adam norm = rounds[round].norm;
            float[] along = new float[WIDTH];
            float[] sum = new float[WIDTH];
            for (int i = 0; i < blame.length; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    along[d] += blame[i][d] * centred[round][i][d];
                    sum[d] += blame[i][d];
                }
            }
            norm.slope(0, along, 1, new float[0]);
            norm.slope(1, sum, 1, new float[0]);
            float[][] before = new float[blame.length][WIDTH];
            for (int i = 0; i < blame.length; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    before[i][d] = norm.row(0)[d]
                            / deviation[round][d]
                            * (blame[i][d] - (sum[d] + centred[round][i][d] * along[d]) / blame.length);
                }
            }
            return before;
        }

        /** What the nodes before a convolution are to blame for, given the ones after; edges are blamed at once. */
        private float[][] unconvolved(int round, float[][] blame) {
            float[][] ofSums = new float[graph.models.length][WIDTH + 1];
            float[][] ofEdges = new float[graph.models.length][EDGE + 1];
            for (int m = 0; m < ofSums.length; m++) {
                for (int d = 0; d < WIDTH; d++) {
                    float slope = blame[graph.queries.length + m][d];
                    rounds[round].node.slope(d, sums[round][m], slope, ofSums[m]);
                    rounds[round].edge.slope(d, edgeSums[m], slope, ofEdges[m]);
                }
            }
            for (int e = 0; e < visible.length; e++) {
                if (visible[e]) {
                    add(blame[graph.from[e]], ofSums[graph.to[e]], 1);
                    add(edgeBlame[e], ofEdges[graph.to[e]], 1);
                }
            }
            return blame;
        }
    }

    /** Over the length of the shorter. */
    private static void add(float[] to, float[] x, float times) {
        int length = Math.min(to.length, x.length);
        for (int i = 0; i < length; i++) {
            to[i] += times * x[i];
        }
    }
}
