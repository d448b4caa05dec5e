package dev.parley.graphrouter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.GraphFile;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Newcomer;
import dev.parley.graphrouter.learn.Sample.Outcome;
import dev.parley.routermodels.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class OnboardingTest {
    private static double[] inputs(double[] others) {
        return Newcomer.inputs(others, new double[] {1}, new float[0]);
    }

    private static Newcomer newcomer(double[][] others, double[] score) {
        double[][] inputs = Arrays.stream(others).map(OnboardingTest::inputs).toArray(double[][]::new);
        double[] worth = Onboarding.worth(others[0].length, 1, 0);
        return new Newcomer("new", score.length, Onboarding.weights(inputs, score, worth), 1, 1);
    }

    /** Brier over the best there is, of a newcomer with that true chance given two others, with so many probes. */
    private static double excess(int probes, ToDoubleFunction<double[]> truth) {
        SplittableRandom random = new SplittableRandom(2);
        double[][] others = new double[probes][];
        double[] score = new double[probes];
        for (int i = 0; i < probes; i++) {
            others[i] = new double[] {random.nextDouble(0.1, 0.9), random.nextDouble(0.1, 0.9)};
            score[i] = random.nextDouble() < truth.applyAsDouble(others[i]) ? 1 : 0;
        }
        Newcomer newcomer = newcomer(others, score);
        double excess = 0;
        for (int i = 0; i < 2000; i++) {
            double[] at = {random.nextDouble(0.1, 0.9), random.nextDouble(0.1, 0.9)};
            double miss = newcomer.quality(inputs(at)) - truth.applyAsDouble(at);
            excess += miss * miss / 2000;
        }
        return excess;
    }

    @Test
    void itIsLikeTheOthersUntilProbesTellMore() {
        double[] at = {0.8, 0.5};
        assertThat(newcomer(new double[][] {{0.5, 0.5}}, new double[] {0.5}).quality(inputs(at)))
                .as("the mean of their log-odds")
                .isCloseTo(2.0 / 3, within(1e-6));
        assertThat(excess(50, others -> others[1])).as("just like the second").isLessThan(0.02);
        assertThat(excess(300, others -> others[1])).isLessThan(0.002);
        assertThat(excess(50, others -> 0.1)).as("always bad").isLessThan(0.01);
    }

    private static List<Sample> probes(int count, String model) {
        List<Sample> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean math = i % 2 == 0;
            probes.add(new Sample(
                    math ? "12+34" : "what is it",
                    Fixtures.axis(math ? Fixtures.MATH : Fixtures.FACTS),
                    math ? "math" : "facts",
                    List.of(new Outcome(model, math ? 1 : 0, 12, 0.5))));
        }
        return probes;
    }

    private static Prediction predicted(RoutingGraph graph, ModelSpec spec, int axis) {
        return GraphPlanner.of(graph)
                .predict(
                        Query.of(axis == Fixtures.MATH ? "12+34" : "what is it"),
                        Fixtures.at(Fixtures.axis(axis)),
                        List.of(spec))
                .getFirst();
    }

    /** A model like adder is told as such where it was never asked, from its probes, in the file too. */
    @Test
    void aModelJoinsAGraphByItsProbes() {
        RoutingGraph graph = GraphFile.read(
                GraphFile.write(Onboarding.joined(Fixtures.graph(), probes(40, "summer"))), "with a newcomer");
        ModelSpec summer = Fixtures.model("summer", 0.3, 1000);
        Prediction math = predicted(graph, summer, Fixtures.MATH);
        assertThat(math.quality()).isGreaterThan(0.8);
        assertThat(predicted(graph, summer, Fixtures.FACTS).quality()).isLessThan(0.2);
        assertThat(math.evidence()).isEqualTo("40 probes beside the other models");
        assertThat(math.latency().toMillis()).isEqualTo(500);
        assertThat(math.outputTokens()).as("as many as its probes took").isBetween(8.0, 20.0);
        assertThat(predicted(graph, Fixtures.model("adder", 0.3, 1000), Fixtures.MATH))
                .as("nothing changes for the others")
                .isEqualTo(predicted(
                        GraphFile.read(GraphFile.write(Fixtures.graph()), "without"),
                        Fixtures.model("adder", 0.3, 1000),
                        Fixtures.MATH));
    }

    @Test
    void aCardThatSpeaksCountsBesideTheProbes() {
        RoutingGraph graph = Onboarding.joined(Fixtures.graph(), probes(10, "summer"));
        ModelSpec silent = Fixtures.model("summer", 0.1, 1000);
        ModelSpec speaking = Fixtures.model(
                "summer", "local", silent.price(), Fixtures.card(0.1, Map.of("math", 0.1, "facts", 0.1)));
        double by = predicted(graph, silent, Fixtures.MATH).quality();
        assertThat(predicted(graph, Fixtures.model("summer", 0.9, 1000), Fixtures.MATH)
                        .quality())
                .as("a card without scores says nothing")
                .isEqualTo(by);
        assertThat(predicted(graph, speaking, Fixtures.MATH).quality())
                .as("ten probes, and a card worth as many")
                .isCloseTo((by + 0.1) / 2, within(1e-9));
    }

    @Test
    void whoCannotJoinIsToldWhy() {
        assertThatThrownBy(() -> Onboarding.joined(Fixtures.graph(), probes(9, "summer")))
                .hasMessageContaining("summer has 9 probes, but takes at least 10")
                .hasMessageContaining("ask it more questions");
        assertThatThrownBy(() -> Onboarding.joined(RoutingGraph.empty(), probes(40, "summer")))
                .hasMessageContaining("calibrate it with all models");
        assertThat(Onboarding.joined(Fixtures.graph(), probes(40, "adder")).newcomers())
                .as("the graph's own model")
                .isEmpty();
    }

    /** Where others have hundreds of outcomes, one with 50 is told in terms of them, not by its few of each task. */
    @Test
    void aTableWithAModelOfFewOutcomesIsBuiltThatWay() {
        SplittableRandom random = new SplittableRandom(5);
        List<Sample> samples = new ArrayList<>();
        for (int q = 0; q < 600; q++) {
            boolean math = random.nextBoolean();
            List<Outcome> outcomes = new ArrayList<>(List.of(
                    new Outcome("adder", random.nextDouble() < (math ? 0.9 : 0.1) ? 1 : 0, 10, 1),
                    new Outcome("sage", random.nextDouble() < (math ? 0.2 : 0.8) ? 1 : 0, 10, 1)));
            if (q < 50) {
                outcomes.add(new Outcome("summer", random.nextDouble() < (math ? 0.9 : 0.1) ? 1 : 0, 10, 1));
            }
            float[] embedding = Fixtures.axis(math ? Fixtures.MATH : Fixtures.FACTS);
            samples.add(
                    new Sample((math ? "12+34 " : "what is it ") + q, embedding, math ? "math" : "facts", outcomes));
        }
        RoutingGraph graph = new GraphBuilder(samples, Fixtures.ENCODER).build(8, new SplittableRandom(1));
        assertThat(graph.models()).containsExactly("adder", "sage");
        assertThat(graph.newcomers()).extracting(Newcomer::model).containsExactly("summer");
        ModelSpec summer = Fixtures.model("summer", 0.5, 1000);
        assertThat(predicted(graph, summer, Fixtures.MATH).quality()).isBetween(0.75, 1.0);
        assertThat(predicted(graph, summer, Fixtures.FACTS).quality()).isBetween(0.0, 0.25);
    }
}
