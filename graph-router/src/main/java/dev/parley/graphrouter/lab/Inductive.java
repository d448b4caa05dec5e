package dev.parley.graphrouter.lab;

import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Newcomer;
import dev.parley.graphrouter.lab.baselines.Ridge;
import dev.parley.graphrouter.learn.GraphBuilder;
import dev.parley.graphrouter.learn.Onboarding;
import dev.parley.graphrouter.learn.Sample;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What a few probes tell of a model that the graph was not built from: every model is left out in turn and joins, by the product's own
 * {@link Onboarding}, with the outcomes of some training queries drawn at random. Squared errors (Brier) on the judged queries, means over
 * splits. What is learnt of the texts alone (clusters, tasks, words) knows no model and is learnt once a split.
 */
final class Inductive {
    static final int PROBES = 50;

    private static final int DRAWS = 5;

    private final OutcomeTable table;
    private final Arena arena;
    private final float[][] embeddings;
    private final int anchors;
    private final Consumer<String> progress;

    Inductive(OutcomeTable table, float[][] embeddings, int seeds, int anchors, Consumer<String> progress) {
        this.table = table;
        this.embeddings = embeddings;
        this.anchors = anchors;
        this.arena = new Arena(table, embeddings, seeds, progress);
        this.progress = progress;
    }

    /**
     * Brier of one model's predictions.
     *
     * @param trained by the graph that learnt from all its outcomes
     * @param onboarded by {@link Onboarding}
     * @param ridge on the embeddings of the probes
     * @param mean of the probes
     */
    record Row(String model, double trained, double onboarded, double ridge, double mean) {}

    /** Empty if there is but one model. */
    List<Row> rows() {
        if (table.models().size() < 2) {
            return List.of();
        }
        List<List<Row>> bySplit =
                arena.splits().stream().parallel().map(this::rows).toList();
        return IntStream.range(0, table.models().size())
                .mapToObj(m -> mean(
                        table.models().get(m),
                        bySplit.stream().map(rows -> rows.get(m)).toList()))
                .toList();
    }

    private List<Row> rows(Split split) {
        GraphBuilder builder = new GraphBuilder(arena.training(split.train()).samples(), Arena.ENCODER);
        GraphPlanner full = GraphPlanner.of(builder.uncalibrated(anchors, new SplittableRandom(split.seed())));
        List<Row> rows = new ArrayList<>();
        for (int m = 0; m < table.models().size(); m++) {
            progress.accept(table.name() + ", split " + (split.seed() + 1) + ": without "
                    + table.models().get(m));
            RoutingGraph without =
                    builder.without(table.models().get(m)).uncalibrated(anchors, new SplittableRandom(split.seed()));
            rows.add(row(split, m, full, without));
        }
        return rows;
    }

    private Row row(Split split, int model, GraphPlanner full, RoutingGraph without) {
        GraphPlanner planner = GraphPlanner.of(without);
        int[] judged = known(split.test(), model);
        double[][] others = Arrays.stream(judged)
                .mapToObj(q -> planner.known(Query.of(table.queries().get(q)), features(q))
                        .inputs())
                .toArray(double[][]::new);
        double trained = 0;
        for (int q : judged) {
            trained += square(arena.expected(full, q)[0][model] - table.score()[q][model]) / judged.length;
        }
        double[] errors = new double[3];
        SplittableRandom random = new SplittableRandom(model);
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] probes = drawn(known(split.train(), model), random);
            Newcomer newcomer = Onboarding.joined(without, samples(probes, model))
                    .newcomers()
                    .getFirst();
            double[] score = Arrays.stream(probes)
                    .mapToDouble(q -> table.score()[q][model])
                    .toArray();
            double[][] targets =
                    Arrays.stream(score).mapToObj(s -> new double[] {s}).toArray(double[][]::new);
            Ridge.Fit ridge =
                    Ridge.fit(Arrays.stream(probes).mapToObj(q -> embeddings[q]).toArray(float[][]::new), targets);
            double mean = Arrays.stream(score).average().orElse(0.5);
            for (int i = 0; i < judged.length; i++) {
                double got = table.score()[judged[i]][model];
                double n = (double) DRAWS * judged.length;
                errors[0] += square(newcomer.quality(others[i]) - got) / n;
                errors[1] += square(Math.clamp(ridge.at(embeddings[judged[i]])[0], 0.0, 1.0) - got) / n;
                errors[2] += square(mean - got) / n;
            }
        }
        return new Row(table.models().get(model), trained, errors[0], errors[1], errors[2]);
    }

    private QueryFeatures features(int query) {
        return new QueryFeatures(embeddings[query], Arena.ENCODER);
    }

    private List<Sample> samples(int[] queries, int model) {
        return Arrays.stream(queries)
                .mapToObj(q -> new Sample(
                        table.queries().get(q),
                        embeddings[q],
                        table.tasks().get(q),
                        List.of(new Sample.Outcome(table.models().get(model), table.score()[q][model], 1, 1))))
                .toList();
    }

    private static double square(double x) {
        return x * x;
    }

    private int[] known(int[] queries, int model) {
        return IntStream.of(queries).filter(q -> table.known(q, model)).toArray();
    }

    /** Without putting back. */
    private static int[] drawn(int[] from, SplittableRandom random) {
        int[] shuffled = from.clone();
        int size = Math.min(PROBES, shuffled.length);
        for (int i = 0; i < size; i++) {
            int other = random.nextInt(i, shuffled.length);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = swapped;
        }
        return Arrays.copyOf(shuffled, size);
    }

    /** Unweighted. */
    static Row mean(String name, List<Row> rows) {
        return new Row(
                name,
                rows.stream().mapToDouble(Row::trained).average().orElseThrow(),
                rows.stream().mapToDouble(Row::onboarded).average().orElseThrow(),
                rows.stream().mapToDouble(Row::ridge).average().orElseThrow(),
                rows.stream().mapToDouble(Row::mean).average().orElseThrow());
    }
}
