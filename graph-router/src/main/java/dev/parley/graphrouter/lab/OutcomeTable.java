package dev.parley.graphrouter.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What models made of queries. Arrays must not be changed; NaN stands for an answer that is not known.
 *
 * @param name of the table, for people
 * @param models names, [models]
 * @param tasks task of each query, [queries]
 * @param queries texts
 * @param score [queries][models] 0..1
 * @param cost [queries][models] USD
 * @param seconds [queries][models] until the whole answer
 */
@SuppressWarnings("ArrayRecordComponent")
record OutcomeTable(
        String name,
        List<String> models,
        List<String> tasks,
        List<String> queries,
        double[][] score,
        double[][] cost,
        double[][] seconds) {
    /** Of which nobody took the time. */
    OutcomeTable(
            String name,
            List<String> models,
            List<String> tasks,
            List<String> queries,
            double[][] score,
            double[][] cost) {
        this(name, models, tasks, queries, score, cost, unknown(queries.size(), models.size()));
    }

    private static double[][] unknown(int queries, int models) {
        double[][] values = new double[queries][models];
        for (double[] row : values) {
            Arrays.fill(row, Double.NaN);
        }
        return values;
    }

    /** Whether the time of every known answer was taken. */
    boolean timed() {
        return IntStream.range(0, size())
                .allMatch(q ->
                        IntStream.range(0, models.size()).allMatch(m -> !known(q, m) || !Double.isNaN(seconds[q][m])));
    }

    int size() {
        return queries.size();
    }

    boolean known(int query, int model) {
        return !Double.isNaN(score[query][model]) && !Double.isNaN(cost[query][model]);
    }

    /** Whether every model answered every query. */
    boolean complete() {
        return IntStream.range(0, models.size()).allMatch(this::complete);
    }

    private boolean complete(int model) {
        return IntStream.range(0, size()).allMatch(q -> known(q, model));
    }

    /** Every n-th query. */
    OutcomeTable every(int n) {
        return queries(IntStream.range(0, size()).filter(q -> q % n == 0).toArray());
    }

    /** If at least two models answered everything, those alone: routers are then compared on equal terms. Else all. */
    OutcomeTable comparable() {
        int[] whole = IntStream.range(0, models.size()).filter(this::complete).toArray();
        return whole.length < 2 || whole.length == models.size() ? this : models(whole);
    }

    /** As if one model had never been. */
    OutcomeTable without(int model) {
        return models(IntStream.range(0, models.size()).filter(m -> m != model).toArray());
    }

    private OutcomeTable models(int[] kept) {
        return new OutcomeTable(
                name,
                Arrays.stream(kept).mapToObj(models::get).toList(),
                tasks,
                queries,
                columns(score, kept),
                columns(cost, kept),
                columns(seconds, kept));
    }

    private static double[][] columns(double[][] values, int[] kept) {
        return Arrays.stream(values)
                .map(row -> Arrays.stream(kept).mapToDouble(m -> row[m]).toArray())
                .toArray(double[][]::new);
    }

    private OutcomeTable queries(int[] kept) {
        return new OutcomeTable(
                name,
                models,
                Arrays.stream(kept).mapToObj(tasks::get).toList(),
                Arrays.stream(kept).mapToObj(queries::get).toList(),
                Arrays.stream(kept).mapToObj(q -> score[q]).toArray(double[][]::new),
                Arrays.stream(kept).mapToObj(q -> cost[q]).toArray(double[][]::new),
                Arrays.stream(kept).mapToObj(q -> seconds[q]).toArray(double[][]::new));
    }

    /** Collects rows that name their models, as files with one line an answer do. Several answers of a model are averaged. */
    static final class Collector {
        /** @param seconds NaN if nobody took the time */
        record Answer(double score, double cost, double seconds) {}

        private final String name;
        private final Map<String, Integer> models = new HashMap<>();
        private final List<String> names = new ArrayList<>();
        private final Map<String, Integer> rows = new HashMap<>();
        private final List<String> tasks = new ArrayList<>();
        private final List<String> queries = new ArrayList<>();
        private final List<Map<Integer, List<Answer>>> answers = new ArrayList<>();

        Collector(String name) {
            this.name = name;
        }

        void add(String query, String task, String model, Answer answer) {
            int row = rows.computeIfAbsent(query, q -> {
                queries.add(q);
                tasks.add(task);
                answers.add(new HashMap<>());
                return rows.size();
            });
            int column = models.computeIfAbsent(model, m -> {
                names.add(m);
                return models.size();
            });
            answers.get(row).computeIfAbsent(column, m -> new ArrayList<>()).add(answer);
        }

        OutcomeTable table() {
            return new OutcomeTable(
                    name, names, tasks, queries, means(Answer::score), means(Answer::cost), means(Answer::seconds));
        }

        private double[][] means(ToDoubleFunction<Answer> figure) {
            double[][] means = unknown(queries.size(), names.size());
            for (int q = 0; q < means.length; q++) {
                for (Map.Entry<Integer, List<Answer>> cell : answers.get(q).entrySet()) {
                    means[q][cell.getKey()] = cell.getValue().stream()
                            .mapToDouble(figure)
                            .average()
                            .orElse(Double.NaN);
                }
            }
            return means;
        }
    }
}
