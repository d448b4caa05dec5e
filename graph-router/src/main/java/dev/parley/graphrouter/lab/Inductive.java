package dev.parley.graphrouter.lab;

import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.lab.baselines.Contender;
import dev.parley.graphrouter.lab.baselines.Ridge;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What a few probes tell of a model that the router was not trained on: every model is left out in turn and comes back with the outcomes of
 * some training queries drawn at random. Squared errors (Brier) on the judged queries of the first split.
 */
final class Inductive {
    static final int PROBES = 50;

    private static final int DRAWS = 5;
    private static final int FEWEST_MODELS = 4;

    private final OutcomeTable table;
    private final Arena arena;
    private final float[][] embeddings;
    private final Split split;
    private final Contender contender;
    private final Consumer<String> progress;

    Inductive(OutcomeTable table, float[][] embeddings, Contender contender, Consumer<String> progress) {
        this.table = table;
        this.embeddings = embeddings;
        this.arena = new Arena(table, embeddings, 1, progress);
        this.split = arena.splits().getFirst();
        this.contender = contender;
        this.progress = progress;
    }

    /**
     * Brier of one model's predictions.
     *
     * @param trained by the router that learnt from all its outcomes
     * @param onboarded by {@link Newcomer}
     * @param ridge on the embeddings of the probes
     * @param mean of the probes
     */
    record Row(String model, double trained, double onboarded, double ridge, double mean) {}

    /** Empty if there are too few models. */
    List<Row> rows() {
        if (table.models().size() < FEWEST_MODELS) {
            return List.of();
        }
        Router full = contender.fit(arena.training(split.train()), split.seed());
        return IntStream.range(0, table.models().size())
                .parallel()
                .mapToObj(m -> row(m, full))
                .toList();
    }

    private Row row(int model, Router full) {
        progress.accept(table.name() + ": without " + table.models().get(model));
        Arena without = new Arena(table.without(model), embeddings, 1, progress);
        Router router = contender.fit(without.training(split.train()), split.seed());
        int[] judged = known(split.test(), model);
        double[][] others = Arrays.stream(judged)
                .mapToObj(q -> without.expected(router, q)[0])
                .toArray(double[][]::new);
        double trained = 0;
        for (int q : judged) {
            trained += square(arena.expected(full, q)[0][model] - table.score()[q][model]) / judged.length;
        }
        double[] errors = new double[3];
        SplittableRandom random = new SplittableRandom(model);
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] probes = drawn(known(split.train(), model), random);
            double[] score = Arrays.stream(probes)
                    .mapToDouble(q -> table.score()[q][model])
                    .toArray();
            Newcomer newcomer = new Newcomer(
                    Arrays.stream(probes)
                            .mapToObj(q -> without.expected(router, q)[0])
                            .toArray(double[][]::new),
                    score);
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

    /** Over models, unweighted. */
    static Row mean(List<Row> rows) {
        return new Row(
                "mean",
                rows.stream().mapToDouble(Row::trained).average().orElseThrow(),
                rows.stream().mapToDouble(Row::onboarded).average().orElseThrow(),
                rows.stream().mapToDouble(Row::ridge).average().orElseThrow(),
                rows.stream().mapToDouble(Row::mean).average().orElseThrow());
    }
}
