package dev.parley.graphrouter.learn;

import dev.parley.graphrouter.EdgeStats;
import dev.parley.graphrouter.Lexicon;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.RoutingGraph.Anchors;
import dev.parley.graphrouter.RoutingGraph.Tuning;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.graphrouter.head.Head;
import dev.parley.routermodels.Query;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Builds a routing graph from samples: clusters of queries become anchors, outcomes become statistics on edges. Deterministic
 * given its random source.
 */
public final class GraphBuilder {
    private static final int FEWEST_TO_RECALIBRATE = 400; // queries

    private final List<Sample> samples;
    private final String encoder;
    private final List<String> tasks;
    private final List<String> models;
    private final Map<String, Integer> taskIndex;
    private final Map<String, Integer> modelIndex;

    /** Throws IllegalArgumentException if there is no sample, or embeddings differ in length. */
    public GraphBuilder(List<Sample> samples, String encoder) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("a routing graph needs at least one outcome");
        }
        int dimension = samples.getFirst().embedding().length;
        for (Sample sample : samples) {
            if (sample.embedding().length != dimension) {
                throw new IllegalArgumentException(
                        "embeddings of " + dimension + " and of " + sample.embedding().length + " values do not mix");
            }
        }
        this.samples = List.copyOf(samples);
        this.encoder = encoder;
        this.tasks =
                List.copyOf(new TreeSet<>(samples.stream().map(Sample::task).toList()));
        this.models = List.copyOf(new TreeSet<>(samples.stream()
                .flatMap(s -> s.outcomes().stream().map(Sample.Outcome::model))
                .toList()));
        this.taskIndex = index(tasks);
        this.modelIndex = index(models);
    }

    private static Map<String, Integer> index(List<String> names) {
        Map<String, Integer> index = new HashMap<>();
        names.forEach(name -> index.put(name, index.size()));
        return index;
    }

    /** With at most {@code maxAnchors} anchors (bounded by {@link RoutingGraph#MAX_ANCHORS}) and tuned on its own samples. */
    public RoutingGraph build(int maxAnchors, RandomGenerator random) {
        return build(maxAnchors, random, new Tuner(samples).tuned(random));
    }

    /** With a given tuning. */
    public RoutingGraph build(int maxAnchors, RandomGenerator random, Tuning tuning) {
        RoutingGraph graph = uncalibrated(maxAnchors, random, tuning);
        return samples.size() < FEWEST_TO_RECALIBRATE
                ? graph
                : graph.recalibrated(recalibration(maxAnchors, random, tuning));
    }

    /** Out of fold, which takes about twice the time of the graph itself. */
    private Recalibration recalibration(int maxAnchors, RandomGenerator random, Tuning tuning) {
        OutOfFold.Told told = OutOfFold.predictions(
                samples,
                models,
                others -> new GraphBuilder(others, encoder).uncalibrated(maxAnchors, random, tuning),
                random);
        double[][] score = new double[samples.size()][models.size()];
        double[][] tokens = new double[samples.size()][models.size()];
        double[][] doubt = new double[samples.size()][models.size()];
        for (int i = 0; i < score.length; i++) {
            Arrays.fill(score[i], Double.NaN);
            Arrays.fill(tokens[i], Double.NaN);
            Arrays.fill(doubt[i], Double.NaN);
            for (Sample.Outcome outcome : samples.get(i).outcomes()) {
                int model = indexOf(modelIndex, outcome.model());
                score[i][model] = outcome.score();
                tokens[i][model] = outcome.tokens();
                doubt[i][model] = outcome.doubt();
            }
        }
        int[] taskOf = samples.stream()
                .mapToInt(sample -> indexOf(taskIndex, sample.task()))
                .toArray();
        double[] input = samples.stream()
                .mapToDouble(sample -> Query.of(sample.text()).estimatedInputTokens())
                .toArray();
        Recalibrator recalibrator = new Recalibrator(taskOf, told.quality(), score);
        Recalibration chances = recalibrator.fit(tasks.size(), models.size());
        double[][] believed = recalibrator.believed(chances, models.size());
        return chances.with(HeldOut.sampled(input, believed, told.tokens(), new HeldOut.Seen(score, tokens, doubt)));
    }

    /** The same graph, whose predictions are taken at their word. */
    public RoutingGraph uncalibrated(int maxAnchors, RandomGenerator random) {
        return uncalibrated(maxAnchors, random, new Tuner(samples).tuned(random));
    }

    private RoutingGraph uncalibrated(int maxAnchors, RandomGenerator random, Tuning tuning) {
        float[][] points = samples.stream().map(Sample::embedding).toArray(float[][]::new);
        SphericalMeans.Clusters clusters =
                new SphericalMeans(points).cluster(Math.min(maxAnchors, RoutingGraph.MAX_ANCHORS), random);
        int count = clusters.centres().length;
        EdgeSums anchorModels = new EdgeSums(count, models.size());
        EdgeSums taskModels = new EdgeSums(tasks.size(), models.size());
        for (int i = 0; i < samples.size(); i++) {
            int task = indexOf(taskIndex, samples.get(i).task());
            for (Sample.Outcome outcome : samples.get(i).outcomes()) {
                int model = indexOf(modelIndex, outcome.model());
                anchorModels.add(clusters.of()[i], model, outcome);
                taskModels.add(task, model, outcome);
            }
        }
        return new RoutingGraph(
                "unsaved",
                encoder,
                tasks,
                models,
                anchors(clusters),
                anchorModels.stats(),
                taskModels.stats(),
                lexicon(),
                head(random),
                Recalibration.NONE,
                tuning);
    }

    private static int indexOf(Map<String, Integer> index, String name) {
        Integer at = index.get(name);
        if (at == null) {
            throw new IllegalStateException(name + " is not indexed");
        }
        return at;
    }

    private Anchors anchors(SphericalMeans.Clusters clusters) {
        int dimension = samples.getFirst().embedding().length;
        int count = clusters.centres().length;
        float[] embeddings = new float[count * dimension];
        for (int a = 0; a < count; a++) {
            System.arraycopy(clusters.centres()[a], 0, embeddings, a * dimension, dimension);
        }
        float[] membership = new float[count * tasks.size()];
        int[] sizes = new int[count];
        for (int i = 0; i < samples.size(); i++) {
            sizes[clusters.of()[i]]++;
        }
        for (int i = 0; i < samples.size(); i++) {
            int anchor = clusters.of()[i];
            membership[anchor * tasks.size() + indexOf(taskIndex, samples.get(i).task())] += 1f / sizes[anchor];
        }
        return new Anchors(count, dimension, embeddings, membership);
    }

    private Head head(RandomGenerator random) {
        int[] taskOf = samples.stream()
                .mapToInt(sample -> indexOf(taskIndex, sample.task()))
                .toArray();
        int[][] modelsOf = samples.stream()
                .map(sample -> sample.outcomes().stream()
                        .mapToInt(outcome -> indexOf(modelIndex, outcome.model()))
                        .toArray())
                .toArray(int[][]::new);
        return new HeadTrainer(samples, taskOf, tasks.size(), modelsOf, models.size()).fit(random);
    }

    private Lexicon lexicon() {
        return Lexicon.of(
                samples.stream().map(Sample::text).toList(),
                samples.stream()
                        .mapToInt(sample -> indexOf(taskIndex, sample.task()))
                        .toArray(),
                tasks.size());
    }

    /** Sums on the edges of two kinds of nodes. */
    private static final class EdgeSums {
        private final int from;
        private final int to;
        private final double[] n;
        private final double[] quality;
        private final double[] tokens;
        private final double[] seconds;

        EdgeSums(int from, int to) {
            this.from = from;
            this.to = to;
            n = new double[from * to];
            quality = new double[from * to];
            tokens = new double[from * to];
            seconds = new double[from * to];
        }

        void add(int source, int model, Sample.Outcome outcome) {
            int at = source * to + model;
            n[at]++;
            quality[at] += outcome.score();
            tokens[at] += outcome.tokens();
            seconds[at] += outcome.seconds();
        }

        EdgeStats stats() {
            float[] counts = new float[n.length];
            for (int i = 0; i < n.length; i++) {
                counts[i] = (float) n[i];
            }
            return new EdgeStats(from, to, counts, mean(quality), mean(tokens), mean(seconds));
        }

        private float[] mean(double[] sums) {
            float[] means = new float[sums.length];
            for (int i = 0; i < sums.length; i++) {
                means[i] = n[i] > 0 ? (float) (sums[i] / n[i]) : 0;
            }
            return means;
        }
    }
}
