package dev.parley.graphrouter.lab;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.learn.GraphBuilder;
import dev.parley.graphrouter.learn.Sample;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The routers of a comparison, trained on one split. */
final class Contenders {
    private static final int NEIGHBOURS = 100;
    private static final double TASK_SHRINKAGE = 4;
    private static final double MICRO = 1e6;
    private static final String ENCODER = "lab";

    private final OutcomeTable table;
    private final float[][] embeddings;
    private final int[] train;
    private final double[][] means;

    Contenders(OutcomeTable table, float[][] embeddings, int[] train) {
        this.table = table;
        this.embeddings = embeddings;
        this.train = train;
        this.means = mean(train, new double[2][table.models().size()], 0);
    }

    List<Contender> all(int anchors, long seed) {
        return List.of(taskTable(), nearest(), graph(anchors, seed));
    }

    /** Means over queries, shrunk to a prior; [2][models]: score, cost. */
    private double[][] mean(int[] queries, double[][] prior, double worth) {
        double[][] sums = {prior[0].clone(), prior[1].clone()};
        for (int m = 0; m < sums[0].length; m++) {
            sums[0][m] *= worth;
            sums[1][m] *= worth;
            for (int q : queries) {
                sums[0][m] += table.score()[q][m];
                sums[1][m] += table.cost()[q][m];
            }
            sums[0][m] /= Math.max(1e-9, queries.length + worth);
            sums[1][m] /= Math.max(1e-9, queries.length + worth);
        }
        return sums;
    }

    private Contender taskTable() {
        Map<String, double[][]> byTask = new HashMap<>();
        for (String task : Set.copyOf(table.tasks())) {
            int[] own = Arrays.stream(train)
                    .filter(q -> table.tasks().get(q).equals(task))
                    .toArray();
            byTask.put(task, mean(own, means, TASK_SHRINKAGE));
        }
        return contender(
                "true task table", q -> byTask.getOrDefault(table.tasks().get(q), means));
    }

    private Contender nearest() {
        return contender("kNN-100", q -> {
            long[] keyed = new long[train.length];
            for (int i = 0; i < train.length; i++) {
                double cosine = dot(embeddings[q], embeddings[train[i]]);
                keyed[i] = (long) ((1 - cosine) * 1e9) << 20 | i;
            }
            Arrays.sort(keyed);
            int[] near = Arrays.stream(keyed, 0, Math.min(NEIGHBOURS, keyed.length))
                    .mapToInt(key -> train[(int) (key & 0xFFFFF)])
                    .toArray();
            return mean(near, means, 0);
        });
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }

    /** Parley's own, exactly as it serves; costs ride in the place of output tokens, in micro-USD. The task is not told. */
    private Contender graph(int anchors, long seed) {
        List<Sample> samples = new ArrayList<>(train.length);
        for (int q : train) {
            List<Sample.Outcome> outcomes = new ArrayList<>();
            for (int m = 0; m < table.models().size(); m++) {
                outcomes.add(
                        new Sample.Outcome(table.models().get(m), table.score()[q][m], table.cost()[q][m] * MICRO, 1));
            }
            samples.add(new Sample(
                    table.queries().get(q), embeddings[q], table.tasks().get(q), outcomes));
        }
        GraphPlanner planner =
                GraphPlanner.of(new GraphBuilder(samples, ENCODER).build(anchors, new SplittableRandom(seed)));
        List<ModelSpec> specs = table.models().stream().map(Contenders::spec).toList();
        return contender("Parley graph", q -> {
            Query query = Query.of(table.queries().get(q));
            List<Prediction> predictions = planner.predict(query, new QueryFeatures(embeddings[q], ENCODER), specs);
            return new double[][] {
                predictions.stream().mapToDouble(Prediction::quality).toArray(),
                predictions.stream().mapToDouble(p -> p.outputTokens() / MICRO).toArray()
            };
        });
    }

    private static ModelSpec spec(String model) {
        ModelCard card = new ModelCard("", "", 0.5, Map.of(), 1, Duration.ZERO, 1);
        return new ModelSpec(
                new ModelId(model),
                "lab",
                model,
                new Price.Unknown(),
                Set.of(Capability.CHAT),
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                card);
    }

    private static Contender contender(String name, java.util.function.IntFunction<double[][]> expect) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public double[][] expect(int query) {
                return expect.apply(query);
            }
        };
    }
}
