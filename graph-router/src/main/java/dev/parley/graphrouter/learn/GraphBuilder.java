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
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds a routing graph from samples: clusters of queries become anchors, outcomes become statistics on edges. Deterministic
 * given its random source.
 */
public final class GraphBuilder {
    private static final int FEWEST_TO_RECALIBRATE = 400; // queries
    private static final int MOST_PROBES = 100; // outcomes of a model that joins the graph of the others

    private final List<Sample> samples;
    private final String encoder;
    private final List<String> tasks;
    private final List<String> models;
    private final Map<String, Integer> taskIndex;
    private final Map<String, Integer> modelIndex;
    private final Texts texts;

    /** Throws IllegalArgumentException if there is no sample, or embeddings differ in length. */
    public GraphBuilder(List<Sample> samples, String encoder) {
        this(samples, encoder, new Texts());
    }

    private GraphBuilder(List<Sample> samples, String encoder, Texts texts) {
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
        this.texts = texts;
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

    /** As if one model had never been. What is learnt of the texts alone is learnt once for both. */
    public GraphBuilder without(String model) {
        return new GraphBuilder(
                samples.stream()
                        .map(sample -> sample.answered(name -> !name.equals(model)))
                        .toList(),
                encoder,
                texts);
    }

    /** What does not depend on who answered. */
    private static final class Texts {
        private SphericalMeans.@Nullable Clusters clusters;
        private int most; // clusters asked for
        private @Nullable Lexicon lexicon;
        private HeadTrainer.@Nullable Read read;
    }

    /**
     * With at most {@code maxAnchors} anchors (bounded by {@link RoutingGraph#MAX_ANCHORS}) and tuned on its own samples. Models of few
     * outcomes where others have many join the graph of the others ({@link Onboarding}).
     */
    public RoutingGraph build(int maxAnchors, RandomGenerator random) {
        Set<String> newcomers = newcomers();
        if (newcomers.isEmpty()) {
            return settled(maxAnchors, random);
        }
        List<Sample> known = samples.stream()
                .map(sample -> sample.answered(model -> !newcomers.contains(model)))
                .filter(sample -> !sample.outcomes().isEmpty())
                .toList();
        return Onboarding.joined(new GraphBuilder(known, encoder).settled(maxAnchors, random), samples);
    }

    /** Too few outcomes for statistics of their own, and others have four times as many at least. */
    private Set<String> newcomers() {
        Map<String, Integer> counts = new HashMap<>();
        samples.forEach(sample -> sample.outcomes().forEach(outcome -> counts.merge(outcome.model(), 1, Integer::sum)));
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= Onboarding.FEWEST
                        && entry.getValue() <= Math.min(MOST_PROBES, most / 4)
                        && most >= FEWEST_TO_RECALIBRATE)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private RoutingGraph settled(int maxAnchors, RandomGenerator random) {
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
        SphericalMeans.Clusters clusters = clusters(Math.min(maxAnchors, RoutingGraph.MAX_ANCHORS), random);
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
                List.of(),
                Recalibration.NONE,
                tuning);
    }

    private SphericalMeans.Clusters clusters(int most, RandomGenerator random) {
        SphericalMeans.Clusters clusters = texts.clusters;
        if (clusters == null || texts.most != most) {
            float[][] points = samples.stream().map(Sample::embedding).toArray(float[][]::new);
            clusters = new SphericalMeans(points).cluster(most, random);
            texts.clusters = clusters;
            texts.most = most;
        }
        return clusters;
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
        if (!HeadTrainer.enough(samples)) {
            return Head.none();
        }
        int[] taskOf = samples.stream()
                .mapToInt(sample -> indexOf(taskIndex, sample.task()))
                .toArray();
        int[][] modelsOf = samples.stream()
                .map(sample -> sample.outcomes().stream()
                        .mapToInt(outcome -> indexOf(modelIndex, outcome.model()))
                        .toArray())
                .toArray(int[][]::new);
        HeadTrainer.Read read = texts.read;
        if (read == null) {
            read = HeadTrainer.Read.of(samples, taskOf, tasks.size(), random);
            texts.read = read;
        }
        return new HeadTrainer(samples, taskOf, tasks.size(), modelsOf, models.size()).fit(read);
    }

    private Lexicon lexicon() {
        Lexicon lexicon = texts.lexicon;
        if (lexicon == null) {
            lexicon = Lexicon.of(
                    samples.stream().map(Sample::text).toList(),
                    samples.stream()
                            .mapToInt(sample -> indexOf(taskIndex, sample.task()))
                            .toArray(),
                    tasks.size());
            texts.lexicon = lexicon;
        }
        return lexicon;
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
