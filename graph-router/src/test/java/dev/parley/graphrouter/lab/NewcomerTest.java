package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.lab.baselines.BuiltGraph;
import dev.parley.graphrouter.lab.baselines.ParleyGraph;
import dev.parley.graphrouter.lab.baselines.TaskTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class NewcomerTest {
    /** Brier over the best there is, of a newcomer with that true chance given two others, with so many probes. */
    private static double excess(int probes, ToDoubleFunction<double[]> truth) {
        SplittableRandom random = new SplittableRandom(2);
        double[][] others = new double[probes][];
        double[] score = new double[probes];
        for (int i = 0; i < probes; i++) {
            others[i] = new double[] {random.nextDouble(0.1, 0.9), random.nextDouble(0.1, 0.9)};
            score[i] = random.nextDouble() < truth.applyAsDouble(others[i]) ? 1 : 0;
        }
        Newcomer newcomer = new Newcomer(others, score);
        double excess = 0;
        for (int i = 0; i < 2000; i++) {
            double[] at = {random.nextDouble(0.1, 0.9), random.nextDouble(0.1, 0.9)};
            double miss = newcomer.quality(at) - truth.applyAsDouble(at);
            excess += miss * miss / 2000;
        }
        return excess;
    }

    @Test
    void itIsLikeTheOthersUntilProbesTellMore() {
        double[] at = {0.8, 0.5};
        assertThat(new Newcomer(new double[][] {{0.5, 0.5}}, new double[] {0.5}).quality(at))
                .as("the mean of their log-odds")
                .isCloseTo(2.0 / 3, within(1e-6));
        assertThat(excess(50, others -> others[1])).as("just like the second").isLessThan(0.02);
        assertThat(excess(2000, others -> others[1])).isLessThan(0.002);
        assertThat(excess(50, others -> 0.1)).as("always bad").isLessThan(0.01);
    }

    /** Each task is easy or hard for all models alike; the last models are a bit worse. */
    @Test
    void everyModelIsLeftOutInTurn() {
        SplittableRandom random = new SplittableRandom(3);
        int n = 400;
        int models = 4;
        float[][] embeddings = new float[n][8];
        double[][] score = new double[n][models];
        double[][] cost = new double[n][models];
        List<String> names = new ArrayList<>();
        for (int q = 0; q < n; q++) {
            boolean easy = random.nextBoolean();
            embeddings[q][easy ? 0 : 1] = 1;
            for (int m = 0; m < models; m++) {
                score[q][m] = random.nextDouble() < (easy ? 0.95 : 0.2) - 0.03 * m ? 1 : 0;
                cost[q][m] = models - m;
            }
            names.add((easy ? "easy " : "hard ") + q);
        }
        List<String> tasks = names.stream().map(name -> name.substring(0, 4)).toList();
        OutcomeTable table = new OutcomeTable("levels", List.of("a", "b", "c", "d"), tasks, names, score, cost);
        List<Inductive.Row> rows = new Inductive(
                        table, embeddings, new ParleyGraph(new BuiltGraph(16, Arena.ENCODER, false), false), line -> {})
                .rows();
        assertThat(rows).extracting(Inductive.Row::model).containsExactly("a", "b", "c", "d");
        Inductive.Row mean = Inductive.mean(rows);
        assertThat(mean.onboarded()).isLessThan(1.1 * mean.trained()).isLessThan(mean.mean() - 0.05);
        assertThat(mean.trained()).isBetween(0.08, 0.13);
        Trial trial = Lab.trial(table, embeddings, 1, List.of(new TaskTable()), line -> {})
                .with(rows);
        assertThat(TextReport.of(trial))
                .contains("strong or weak model by conformal risk control", "models left out and back with 50 probes");
        assertThat(HtmlReport.of(List.of(trial), List.of()))
                .contains("What a tolerated loss buys", "Models left out")
                .doesNotContain("NaN");
        assertThat(new Inductive(
                                table.without(0).without(0),
                                embeddings,
                                new ParleyGraph(new BuiltGraph(16, "x", false), false),
                                line -> {})
                        .rows())
                .as("two models tell nothing of a third")
                .isEmpty();
    }
}
