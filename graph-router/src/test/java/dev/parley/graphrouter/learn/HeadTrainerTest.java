package dev.parley.graphrouter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.GraphFile;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Head;
import dev.parley.graphrouter.head.HeadScorer;
import dev.parley.graphrouter.head.LowRank;
import dev.parley.graphrouter.head.WordBag;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two tasks that only words tell apart; within both, the first axis tells which of two models is right. */
class HeadTrainerTest {
    private static final int DIMENSION = 8;

    private static List<Sample> samples(int n, boolean learnable) {
        SplittableRandom random = new SplittableRandom(3);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            boolean math = random.nextBoolean();
            float x = (float) random.nextDouble(-1, 1);
            float[] embedding = new float[DIMENSION];
            embedding[0] = x;
            embedding[1] = (float) Math.sqrt(1 - x * x);
            double first = learnable ? (x > 0 ? 1 : 0) : random.nextInt(2);
            double second = learnable ? 1 - first : random.nextInt(2);
            samples.add(new Sample(
                    (math ? "add the numbers " : "name the city ") + random.nextInt(1000),
                    embedding,
                    math ? "math" : "facts",
                    List.of(
                            new Sample.Outcome("a", first, math ? 10 : 100, 1),
                            new Sample.Outcome("b", second, math ? 20 : 200, 1))));
        }
        return samples;
    }

    private static RoutingGraph graph(int n, boolean learnable) {
        return new GraphBuilder(samples(n, learnable), "test").build(16, new SplittableRandom(1));
    }

    private static HeadScorer.Seen seen(Head head, float[] embedding, String text) {
        return new HeadScorer(head).see(embedding, text).orElseThrow();
    }

    /** The scorer's one pass says what the plain formulas of classifier and regressions say. */
    @Test
    void theScorerIsTheFormulas() {
        Head head = graph(300, true).head();
        float[] at = new float[DIMENSION];
        at[0] = 0.6f;
        at[1] = 0.8f;
        HeadScorer.Seen seen = seen(head, at, "name 2 cities");
        double[] tasks = head.classifier().of(at, WordBag.of("name 2 cities"));
        assertThat(seen.tasks()[0]).isCloseTo(tasks[0], within(1e-5));
        float[] input = Head.input(at, "name 2 cities", tasks);
        assertThat(seen.lift(tasks).quality()[1]).isCloseTo(head.quality().of(input)[1], within(1e-5f));
        assertThat(seen.lift(tasks).tokens()[1]).isCloseTo(head.tokens().of(input)[1], within(1e-4f));
    }

    @Test
    void wordsTellTheTaskAndTheEmbeddingTellsTheModel() {
        RoutingGraph graph = graph(400, true);
        float[] right = new float[DIMENSION];
        right[0] = 0.9f;
        right[1] = 0.436f;
        double[] tasks = seen(graph.head(), right, "add the numbers 7").tasks();
        assertThat(tasks[graph.tasks().indexOf("math")]).isGreaterThan(0.9);
        HeadScorer.Lift lift = seen(graph.head(), right, "add the numbers 7").lift(tasks);
        assertThat(lift.quality()[0] - lift.quality()[1]).isGreaterThan(0.6f);
        assertThat(lift.tokens()[0]).as("the task alone tells the tokens").isCloseTo(0, within(0.2f));
        assertThat(new HeadScorer(graph.head()).see(new float[3], "add"))
                .as("a foreign embedding")
                .isEmpty();
    }

    @Test
    void noiseIsLeftToTheTasks() {
        RoutingGraph graph = graph(400, false);
        float[] right = new float[DIMENSION];
        right[0] = 1;
        double[] tasks = seen(graph.head(), right, "add the numbers 7").tasks();
        HeadScorer.Lift lift = seen(graph.head(), right, "add the numbers 7").lift(tasks);
        assertThat(Math.abs(lift.quality()[0] - lift.quality()[1])).isLessThan(0.1f);
        assertThat(graph(100, true).head().isEmpty()).as("too few outcomes").isTrue();
    }

    @Test
    void aHeadSurvivesItsFile() {
        Head before = graph(300, true).head();
        Head after = GraphFile.read(GraphFile.write(graph(300, true)), "test").head();
        float[] at = new float[DIMENSION];
        at[1] = 1;
        double[] tasks = seen(before, at, "name the city 3").tasks();
        assertThat(seen(after, at, "name the city 3").tasks()[0]).isCloseTo(tasks[0], within(0.02));
        assertThat(seen(after, at, "x").lift(tasks).quality()[0])
                .isCloseTo(seen(before, at, "x").lift(tasks).quality()[0], within(0.01f));
        assertThat(new LowRank(1, 2, new float[] {2, 1}, new float[] {1, -1}).of(new float[] {3}))
                .containsExactly(7, -7);
    }
}
