package dev.parley.graphrouter.lab;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.lab.baselines.Contender;
import dev.parley.graphrouter.lab.baselines.TrainingSet;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Trains every contender on every split of one table and replays it on the other half. */
final class Arena {
    static final String ENCODER = "lab";
    static final String ORACLE = "oracle";
    static final String RANDOM = "random";

    private final OutcomeTable table;
    private final float[][] embeddings;
    private final List<Split> splits;
    private final List<ModelSpec> specs;
    private final Consumer<String> progress;

    Arena(OutcomeTable table, float[][] embeddings, int seeds, Consumer<String> progress) {
        this.table = table;
        this.embeddings = embeddings;
        this.splits = Split.of(table, seeds);
        this.specs = table.models().stream().map(Arena::spec).toList();
        this.progress = progress;
    }

    List<Split> splits() {
        return splits;
    }

    OutcomeTable table() {
        return table;
    }

    /** What became of a router, one entry of {@code replays} a split. */
    static final class Entry {
        final String name;
        final String source;
        final boolean probable;
        final List<Replayed> replays = new ArrayList<>();
        final Reliability reliability = new Reliability();
        final Asked asked = new Asked();
        final StrongWeak strongWeak = new StrongWeak();

        Entry(String name, String source, boolean probable) {
            this.name = name;
            this.source = source;
            this.probable = probable;
        }
    }

    /** What a router said on a split. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Told(Contender contender, double[][][] expected, double[] sufficient) {}

    /** Splits are trained on side by side, as many as there are cores, and entered in order. */
    List<Entry> fought(List<Contender> contenders) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<List<Told>> told =
                splits.parallelStream().map(split -> told(split, contenders)).toList();
        for (Split split : splits) {
            for (Told one : told.get(split.seed())) {
                Contender contender = one.contender;
                Entry entry = entries.computeIfAbsent(
                        contender.name(), name -> new Entry(name, contender.source(), contender.probable()));
                enter(entry, split, one.expected, one.sufficient);
            }
            SplittableRandom random = new SplittableRandom(split.seed());
            enter(
                    entries.computeIfAbsent(RANDOM, name -> new Entry(name, "one at random per query", false)),
                    split,
                    expected(split, q -> drawn(random)),
                    new double[0]);
            enter(
                    entries.computeIfAbsent(ORACLE, name -> new Entry(name, "knows each outcome beforehand", false)),
                    split,
                    expected(split, q -> new double[][] {table.score()[q], table.cost()[q]}),
                    new double[0]);
        }
        return List.copyOf(entries.values());
    }

    private List<Told> told(Split split, List<Contender> contenders) {
        TrainingSet train = training(split.train());
        List<Told> told = new ArrayList<>();
        for (Contender contender : contenders) {
            long begin = System.nanoTime();
            Router router = contender.fit(train, split.seed());
            long fitted = System.nanoTime();
            told.add(new Told(contender, expected(split, q -> expected(router, q)), Asked.sufficient(router)));
            progress.accept(String.format(
                    java.util.Locale.ROOT,
                    "%s, split %d of %d: %s, %.1f s to train, %.1f s to replay",
                    table.name(),
                    split.seed() + 1,
                    splits.size(),
                    contender.name(),
                    (fitted - begin) / 1e9,
                    (System.nanoTime() - fitted) / 1e9));
        }
        return told;
    }

    private static double[][][] expected(Split split, IntFunction<double[][]> expects) {
        return Arrays.stream(split.test()).mapToObj(expects).toArray(double[][][]::new);
    }

    /** So likes one model, whatever it costs. */
    private double[][] drawn(SplittableRandom random) {
        double[] liking = random.doubles(table.models().size()).toArray();
        return new double[][] {liking, new double[liking.length]};
    }

    private void enter(Entry entry, Split split, double[][][] expected, double[] sufficient) {
        entry.replays.add(Replayed.of(table, split.test(), expected, dearest(split.train())));
        for (int i = 0; i < expected.length && entry.probable; i++) {
            int q = split.test()[i];
            for (int m = 0; m < table.models().size(); m++) {
                if (table.known(q, m)) {
                    entry.reliability.add(expected[i][0][m], table.score()[q][m]);
                }
            }
            entry.asked.add(table, q, expected[i], sufficient);
        }
        if (entry.probable) {
            double[][] means = training(split.train()).means();
            StrongWeak.Pair pair = new StrongWeak.Pair(extreme(means[0], 1), extreme(means[1], -1));
            entry.strongWeak.add(table, split.test(), expected, pair, split.seed());
        }
    }

    /** Index of the largest value for sign 1, of the smallest for -1. */
    private static int extreme(double[] values, int sign) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = sign * values[i] > sign * values[best] ? i : best;
        }
        return best;
    }

    /** Quality and cost in USD of the models, [2][models]. */
    double[][] expected(Router router, int q) {
        Query bare = Query.of(table.queries().get(q));
        Query told = new Query(
                bare.text(),
                bare.earlier(),
                bare.shape(),
                bare.estimatedInputTokens(),
                bare.maxOutputTokens(),
                bare.needs(),
                router.name().contains("told") ? Set.of(table.tasks().get(q)) : Set.of());
        List<Prediction> predictions = router.predict(told, new QueryFeatures(embeddings[q], ENCODER), specs);
        return new double[][] {
            predictions.stream().mapToDouble(Prediction::quality).toArray(),
            predictions.stream()
                    .mapToDouble(p -> p.outputTokens() / TrainingSet.TOKENS_PER_USD)
                    .toArray()
        };
    }

    TrainingSet training(int[] queries) {
        return new TrainingSet(
                table.models(),
                Arrays.stream(queries).mapToObj(table.queries()::get).toList(),
                Arrays.stream(queries).mapToObj(table.tasks()::get).toList(),
                Arrays.stream(queries).mapToObj(q -> embeddings[q]).toArray(float[][]::new),
                Arrays.stream(queries).mapToObj(q -> table.score()[q]).toArray(double[][]::new),
                Arrays.stream(queries).mapToObj(q -> table.cost()[q]).toArray(double[][]::new),
                Arrays.stream(queries).mapToObj(q -> table.seconds()[q]).toArray(double[][]::new));
    }

    private double dearest(int[] queries) {
        double most = 0;
        for (double cost : training(queries).means()[1]) {
            most = Math.max(most, cost);
        }
        return Math.max(most, 1e-12);
    }

    private static ModelSpec spec(String model) {
        ModelCard card = new ModelCard("", "", 0.5, Map.of(), 1, Duration.ZERO, 1);
        return new ModelSpec(
                new ModelId(model),
                "lab",
                model,
                new Price.PerToken(0, (long) (1e12 / TrainingSet.TOKENS_PER_USD), 0, 0),
                Set.of(Capability.CHAT),
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                card);
    }
}
