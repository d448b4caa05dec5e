package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.lab.Frontier.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabTest {
    @TempDir
    Path directory;

    @Test
    void theFrontierMixesTheBest() {
        Frontier frontier =
                new Frontier(List.of(new Point(1, 0.2), new Point(3, 0.6), new Point(2, 0.3), new Point(4, 0.5)));
        assertThat(frontier.at(0.5)).isZero();
        assertThat(frontier.at(1)).isEqualTo(0.2);
        assertThat(frontier.at(2)).as("between 1 and 3, above the point at 2").isCloseTo(0.4, within(1e-9));
        assertThat(frontier.at(9)).isEqualTo(0.6);
        Frontier higher = new Frontier(List.of(new Point(1, 0.5), new Point(3, 0.9)));
        assertThat(higher.meanOver(frontier, 1, 4)).isCloseTo(0.3, within(1e-6));
        assertThat(frontier.meanOver(higher, 1, 4)).isZero();
    }

    /** Two specialists, each right on one half of the plane: what can be learned is learned, and the baselines know it not. */
    @Test
    void aLearnableTableIsLearned() {
        SplittableRandom random = new SplittableRandom(5);
        int n = 300;
        float[][] embeddings = new float[n][8];
        double[][] score = new double[n][];
        double[][] cost = new double[n][];
        List<String> tasks = new ArrayList<>();
        List<String> queries = new ArrayList<>();
        for (int q = 0; q < n; q++) {
            double angle = random.nextDouble() * Math.PI;
            embeddings[q][0] = (float) Math.cos(angle);
            embeddings[q][1] = (float) Math.sin(angle);
            boolean left = angle > Math.PI / 2;
            score[q] = new double[] {left ? 1 : 0, left ? 0 : 1};
            cost[q] = new double[] {0.001, 0.002};
            tasks.add("all");
            queries.add("query " + q);
        }
        OutcomeTable table = new OutcomeTable(List.of("left", "right"), tasks, queries, score, cost);
        String report = new Lab(table, embeddings, 64).report("plane", 3);
        assertThat(quality(report, "oracle")).isEqualTo(1);
        assertThat(quality(report, "Parley graph")).isGreaterThan(0.95);
        assertThat(quality(report, "best single")).isBetween(0.35, 0.65);
        assertThat(quality(report, "true task table")).isBetween(0.35, 0.65);
    }

    private static double quality(String report, String router) {
        return report.lines()
                .filter(line -> line.startsWith(router))
                .mapToDouble(line -> Double.parseDouble(
                        line.substring(router.length()).strip().split(" +")[0]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTableIsReadWithoutIncompleteModelsAndWithAssumedCosts() throws IOException {
        Files.writeString(directory.resolve("t.meta.json"), """
                {"models": [{"name": "a", "price": [1, 2]}, {"name": "o1-x", "price": [1, 1]}, {"name": "b", "price": [3, 3]}]}
                """);
        String rows = """
                {"task": "x", "query": "one", "in": [100, 100, 100], "score": [1, 1, 0.5]}
                {"task": "x", "query": "two", "in": [200, 100, 100], "score": [0, 1, null]}
                """;
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(directory.resolve("t.jsonl.gz")))) {
            out.write(rows.getBytes(StandardCharsets.UTF_8));
        }
        OutcomeTable all = OutcomeTable.read(directory, "t", 1);
        assertThat(all.models()).containsExactly("a");
        assertThat(all.cost()[1][0]).isCloseTo((200 + 200 * 2) / 1e6, within(1e-12));
        assertThat(OutcomeTable.read(directory, "t", 2).models()).containsExactly("a", "b");
    }
}
