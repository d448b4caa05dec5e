package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.graphrouter.lab.baselines.TaskTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InductiveIT {
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
        List<Inductive.Row> rows = new Inductive(table, embeddings, 2, 16, line -> {}).rows();
        assertThat(rows).extracting(Inductive.Row::model).containsExactly("a", "b", "c", "d");
        Inductive.Row mean = Inductive.mean("mean", rows);
        assertThat(mean.onboarded()).isLessThan(1.1 * mean.trained()).isLessThan(mean.mean() - 0.05);
        assertThat(mean.trained()).isBetween(0.08, 0.13);
        Trial trial = Lab.trial(table, embeddings, 1, List.of(new TaskTable()), line -> {})
                .with(rows);
        assertThat(TextReport.of(trial))
                .contains("strong or weak model by conformal risk control", "models left out and back with 50 probes");
        assertThat(HtmlReport.of(List.of(trial), List.of()))
                .contains("What a tolerated loss buys", "Models left out")
                .doesNotContain("NaN");
        assertThat(new Inductive(table.without(0).without(0), embeddings, 1, 16, line -> {}).rows())
                .as("one model tells of the other how hard a query is")
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.onboarded()).isLessThan(row.mean() - 0.05));
        assertThat(new Inductive(table.without(0).without(0).without(0), embeddings, 1, 16, line -> {}).rows())
                .as("nobody to compare with")
                .isEmpty();
    }
}
