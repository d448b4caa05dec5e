package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.calibrate.Curve;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two models of which each is right where the other is wrong; the adder is the cheaper one. */
class WorthTest {
    private static final int QUERIES = 400;

    private static ModelSpec model(String id, Price price) {
        return Fixtures.model(id, "cloud", price, Fixtures.card(0.5, Map.of()));
    }

    private static Price usd(long pico) {
        return new Price.PerToken(pico, pico, 0, 0);
    }

    private final List<ModelSpec> priced = List.of(model("adder", usd(1_000)), model("sage", usd(10_000)));

    /** @param insight how much of the truth is predicted, 0..1; the rest is noise */
    private static RoutingGraph graph(double insight) {
        SplittableRandom random = new SplittableRandom(3);
        float[] input = new float[QUERIES];
        float[] quality = new float[2 * QUERIES];
        float[] tokens = new float[2 * QUERIES];
        float[] score = new float[2 * QUERIES];
        for (int q = 0; q < QUERIES; q++) {
            input[q] = 20;
            int right = random.nextInt(2);
            for (int m = 0; m < 2; m++) {
                score[2 * q + m] = m == right ? 1 : 0;
                quality[2 * q + m] = (float) (insight * score[2 * q + m] + (1 - insight) * random.nextDouble());
                tokens[2 * q + m] = m == 0 ? 10 : 30;
            }
        }
        return Fixtures.graph()
                .recalibrated(new Recalibration(
                        List.of(Curve.NONE, Curve.NONE),
                        List.of(Curve.NONE, Curve.NONE),
                        Curve.NONE,
                        Curve.NONE,
                        new HeldOut(2, input, quality, tokens, score, tokens)));
    }

    @Test
    void insightIsShownToHelp() {
        Worth worth = Worth.of(graph(0.9), priced).orElseThrow();
        assertThat(worth.queries()).isEqualTo(QUERIES);
        assertThat(worth.models()).containsExactly("adder", "sage");
        assertThat(worth.overHull()).isGreaterThan(0.2).isLessThan(0.5);
        assertThat(worth.shown()).isTrue();
        assertThat(worth.words()).contains("400 outcomes").doesNotContain("not shown");
    }

    @Test
    void noiseIsNot() {
        Worth worth = Worth.of(graph(0), priced).orElseThrow();
        assertThat(worth.shown()).isFalse();
        assertThat(worth.low()).isLessThanOrEqualTo(worth.overHull()).isLessThan(0.02);
        assertThat(worth.words()).contains("not shown to help");
    }

    @Test
    void whereNothingCostsAnythingTokensAreSpent() {
        List<ModelSpec> free = List.of(model("adder", usd(0)), model("sage", usd(0)));
        assertThat(Worth.of(graph(0.9), free).orElseThrow().shown()).isTrue();
    }

    @Test
    void withoutOutcomesOrChoiceNothingIsSaid() {
        assertThat(Worth.of(Fixtures.graph(), priced)).isEmpty();
        assertThat(Worth.of(graph(0.9), priced.subList(0, 1))).isEmpty();
        assertThat(Worth.of(graph(0.9), List.of(priced.getFirst(), model("sage", new Price.Unknown()))))
                .isEmpty();
    }
}
