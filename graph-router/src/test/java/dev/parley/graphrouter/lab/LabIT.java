package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.lab.Curve.Point;
import dev.parley.graphrouter.lab.Judge.Line;
import dev.parley.graphrouter.lab.baselines.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabIT {
    @TempDir
    Path directory;

    @Test
    void theHullMixesTheBest() {
        Curve hull = Curve.hull(List.of(new Point(1, 0.2), new Point(3, 0.6), new Point(2, 0.3), new Point(4, 0.5)));
        assertThat(hull.at(1)).isEqualTo(0.2);
        assertThat(hull.at(2)).as("between 1 and 3, above the point at 2").isCloseTo(0.4, within(1e-9));
        assertThat(hull.at(9)).isEqualTo(0.6);
        assertThat(hull.costOf(0.5)).isCloseTo(2.5, within(1e-9));
        assertThat(hull.costOf(0.7)).isInfinite();
        Curve higher = new Curve(List.of(new Point(1, 0.5), new Point(3, 0.9)));
        assertThat(higher.meanHeight(1, 4, 60) - hull.meanHeight(1, 4, 60)).isCloseTo(0.3, within(1e-6));
    }

    @Test
    void aRouterThatIsRightOnAverageIsReliable() {
        Reliability reliability = new Reliability();
        IntStream.range(0, 10).forEach(i -> reliability.add(0.72, i < 7 ? 1 : 0));
        assertThat(reliability.error()).isCloseTo(0.02, within(1e-9));
        assertThat(reliability.brier()).isCloseTo(0.7 * 0.28 * 0.28 + 0.3 * 0.72 * 0.72, within(1e-9));
    }

    /** Two specialists, each right on one half of the plane, and a dear one that is never right. */
    private static Trial plane(int n) {
        SplittableRandom random = new SplittableRandom(5);
        float[][] embeddings = new float[n][8];
        double[][] score = new double[n][];
        double[][] cost = new double[n][];
        double[][] seconds = new double[n][];
        List<String> tasks = new ArrayList<>();
        List<String> queries = new ArrayList<>();
        for (int q = 0; q < n; q++) {
            double angle = random.nextDouble() * Math.PI;
            embeddings[q][0] = (float) Math.cos(angle);
            embeddings[q][1] = (float) Math.sin(angle);
            boolean left = angle > Math.PI / 2;
            score[q] = new double[] {left ? 1 : 0, left ? 0 : 1, 0};
            cost[q] = new double[] {0.001, 0.002, 0.004};
            seconds[q] = new double[] {0.5, 0.3, 0.1};
            tasks.add("all");
            queries.add("query " + q / 2); // each text twice: it must not be on both sides
        }
        OutcomeTable table =
                new OutcomeTable("plane", List.of("left", "right", "never"), tasks, queries, score, cost, seconds);
        List<Contender> contenders = Lab.contenders(64, named("all", "left", "right", "never"), table.timed());
        return Lab.trial(table, embeddings, 3, contenders, line -> {});
    }

    /** Each a direction of its own. */
    private static Map<String, float[]> named(String... names) {
        Map<String, float[]> vectors = new HashMap<>();
        for (String name : names) {
            float[] vector = new float[8];
            vector[vectors.size()] = 1;
            vectors.put(name, vector);
        }
        return vectors;
    }

    @Test
    void whatCanBeLearnedIsLearnedAndTheBaselinesKnowItNot() {
        Trial trial = plane(400);
        assertThat(line(trial, "oracle").quality()).isEqualTo(1);
        for (String learner : List.of("Parley graph", "kNN-100", "k-means 64 (Avengers-like)", "logistic", "MLP 64")) {
            assertThat(line(trial, learner).quality()).as(learner).isGreaterThan(0.85);
            assertThat(line(trial, learner).overHull().low()).as(learner).isPositive();
        }
        for (String other : List.of("router knn", "router kmeans", "router prototype", "router mf")) {
            assertThat(line(trial, other).quality()).as(other).isGreaterThan(0.85);
        }
        assertThat(line(trial, "router rules").quality())
                .as("one task: one rule, which knows no better than one model")
                .isBetween(0.3, 0.7);
        assertThat(line(trial, "router shares").quality())
                .as("a third of the queries goes to the model that is never right")
                .isBetween(0.2, 0.5);
        assertThat(line(trial, "router cheapest").quality()).isBetween(0.3, 0.7);
        assertThat(line(trial, "router fastest").quality())
                .as("it is quick and never right")
                .isZero();
        assertThat(line(trial, "router fastest").seconds()).isCloseTo(0.1, within(1e-6));
        assertThat(line(trial, "Parley graph").seconds()).isBetween(0.3, 0.5);
        assertThat(line(trial, "Parley graph").quality()).isGreaterThan(0.95);
        assertThat(line(trial, "MF (RouteLLM)").quality()).isGreaterThan(0.85);
        assertThat(line(trial, "GraphRouter (task told)").quality()).isGreaterThan(0.85);
        assertThat(line(trial, "task table (task told)").quality()).isBetween(0.3, 0.7);
        assertThat(line(trial, "random").overHull().high()).isNegative();
        String text = TextReport.of(trial);
        assertThat(text).contains("random: is WORSE than mixing");
        assertThat(text).contains("Parley graph: beats the mix of single models");
        assertThat(text).contains("cheapest sufficient model: got");
        String html = HtmlReport.of(List.of(trial), List.of());
        assertThat(html)
                .contains("<svg")
                .doesNotContain("NaN")
                .doesNotContain("<script")
                .doesNotContain("http");
    }

    /** Seven judged queries, on which the hull is the best of many by luck and may be as good as the oracle. */
    @Test
    void fromAHandfulOfQueriesNothingIsConcluded() {
        Trial trial = plane(24);
        assertThat(TextReport.of(trial))
                .contains("queries a split to judge on: below 100", "Parley graph: too few queries to say")
                .doesNotContain("beats the mix", "WORSE", "NaN", "Infinity");
        assertThat(HtmlReport.of(List.of(trial), List.of()))
                .contains("bring more outcomes", "class='open'")
                .doesNotContain("beats the mix", "WORSE", "NaN", "Infinity");
    }

    /** A log whose prompts never come twice: each query has one answer. */
    @Test
    void aLogWithoutRepeatedPromptsLeavesNothingToJudge() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int q = 0; q < 60; q++) {
            rows.append("{\"query\":\"q")
                    .append(q)
                    .append("\",\"task\":\"t\",\"model\":\"")
                    .append(q % 2 == 0 ? "a" : "b");
            rows.append("\",\"score\":1,\"cost\":0.1}\n");
        }
        Path log = Files.writeString(directory.resolve("log.jsonl"), rows);
        OutcomeTable table = TableReader.read(log).comparable();
        assertThat(table.size()).isEqualTo(60);
        assertThat(Split.judgeable(table)).isFalse();
        Path page = directory.resolve("report.html");
        Lab.main(new String[] {"--data", log.toString(), "--out", page.toString(), "--cache", directory.toString()});
        assertThat(page).content().contains("<h2>log</h2>", "nothing to judge: of 60 queries");
        assertThat(TextReport.nothing(table)).contains("log: nothing to judge", "repeated prompts");
    }

    private static Line line(Trial trial, String router) {
        return trial.verdict().lines().stream()
                .filter(line -> line.entry().name.equals(router))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noTextIsOnBothSides() {
        List<String> queries =
                IntStream.range(0, 100).mapToObj(q -> "query " + q / 3).toList();
        double[][] ones =
                IntStream.range(0, 100).mapToObj(q -> new double[] {1, 1}).toArray(double[][]::new);
        OutcomeTable table = new OutcomeTable("t", List.of("a", "b"), queries, queries, ones, ones);
        for (Split split : Split.of(table, 5)) {
            List<String> learnt =
                    IntStream.of(split.train()).mapToObj(queries::get).toList();
            assertThat(IntStream.of(split.test()).mapToObj(queries::get))
                    .isNotEmpty()
                    .noneMatch(learnt::contains);
        }
    }

    /** Nothing is said of times that nobody took. */
    @Test
    void withoutTimesThereIsNoFastest() {
        double[][] ones = {{1, 1}, {1, 1}};
        OutcomeTable table = new OutcomeTable("t", List.of("a", "b"), List.of("x", "x"), List.of("p", "q"), ones, ones);
        assertThat(table.timed()).isFalse();
        assertThat(Lab.contenders(8, Map.of(), table.timed()))
                .extracting(Contender::name)
                .contains("router cheapest", "router rules", "router shares")
                .doesNotContain("router fastest");
    }
}
