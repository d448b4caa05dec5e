package dev.parley.graphrouter;

import static dev.parley.graphrouter.Fixtures.DIMENSION;
import static dev.parley.graphrouter.Fixtures.at;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.graph;
import static dev.parley.graphrouter.Fixtures.specialists;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.config.Price;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.routermodels.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PredictionPropertyTest {
    private static final Query ANY = Query.of("anything");

    private static Prediction adder(RoutingGraph graph, float[] embedding) {
        return GraphPlanner.of(graph).predict(ANY, at(embedding), specialists()).getFirst();
    }

    @Property(tries = 300)
    void qualityIsAProbabilityWhateverTheQuery(
            @ForAll @Size(DIMENSION) float[] raw, @ForAll @FloatRange(min = 0, max = 1000) float n) {
        float[] embedding = unit(raw);
        for (Prediction p : GraphPlanner.of(graph(n, 0.9f)).predict(ANY, at(embedding), specialists())) {
            assertThat(p.quality()).isBetween(0.0, 1.0);
            assertThat(p.uncertainty()).isBetween(1e-6, 0.5);
            assertThat(p.outputTokens()).isNotNegative();
            assertThat(p.latency()).isPositive();
        }
    }

    private static float[] unit(float[] raw) {
        double square = 0;
        for (float value : raw) {
            square += Math.atan(value) * Math.atan(value);
        }
        float[] unit = axis(0);
        for (int i = 0; i < raw.length && square > 0; i++) {
            unit[i] = (float) (Math.atan(raw[i]) / Math.sqrt(square));
        }
        return unit;
    }

    /** Nearer to what was seen, and surer of it. */
    @Property(tries = 200)
    void moreEvidenceMovesThePredictionTowardIt(
            @ForAll @FloatRange(min = 1, max = 100) float n,
            @ForAll @FloatRange(min = 1.5f, max = 10) float more,
            @ForAll @FloatRange(min = 0, max = 1) float seen) {
        Prediction few = adder(graph(n, seen, seen), axis(0));
        Prediction many = adder(graph(n * more, seen, seen), axis(0));
        double rounding = Math.ulp(1f); // the graph keeps its sums as floats
        assertThat(Math.abs(many.quality() - seen)).isLessThanOrEqualTo(Math.abs(few.quality() - seen) + rounding);
        Prediction sure = adder(graph(n * more, 0.5f), axis(0));
        assertThat(sure.uncertainty()).isLessThan(adder(graph(n, 0.5f), axis(0)).uncertainty());
    }

    @Property(tries = 200)
    void aHigherCostWeightNeverPicksADearerModel(
            @ForAll @IntRange(min = 2, max = 20) int models,
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0, max = 2) double weight,
            @ForAll @DoubleRange(min = 0, max = 2) double more) {
        List<ModelSpec> candidates = random(models, seed);
        assertThat(cost(candidates, Fixtures.weighted(weight + more)))
                .isLessThanOrEqualTo(cost(candidates, Fixtures.weighted(weight)));
    }

    @Property(tries = 200)
    void aCeilingIsKept(
            @ForAll @IntRange(min = 2, max = 20) int models,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40_000) int ceiling) {
        PolicySpec policy = new PolicySpec.Weighted(
                "p", 0, 1, 0, Duration.ofSeconds(1), new Limits(ceiling, 0.3, Duration.ofDays(1)));
        List<ModelSpec> candidates = random(models, seed);
        Decision decision;
        try {
            decision = GraphPlanner.of(graph()).plan(ANY, at(axis(0)), candidates, Wish.of(policy));
        } catch (NoCandidateException none) {
            assertThat(none.excluded()).hasSize(models);
            return;
        }
        assertThat(decision.predictions().size() + decision.excluded().size()).isEqualTo(models);
        for (Prediction p : decision.predictions()) {
            assertThat(p.costNanoUsd().orElseThrow()).isLessThanOrEqualTo(ceiling);
            assertThat(p.quality()).isGreaterThanOrEqualTo(0.3);
        }
    }

    private static long cost(List<ModelSpec> candidates, PolicySpec policy) {
        Decision decision = GraphPlanner.of(graph()).plan(ANY, at(axis(0)), candidates, Wish.of(policy));
        return decision.predictions().getFirst().costNanoUsd().orElseThrow();
    }

    private static List<ModelSpec> random(int models, long seed) {
        Random random = new Random(seed);
        List<ModelSpec> candidates = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            candidates.add(Fixtures.model(
                    new ModelId("m" + i).value(),
                    "b" + i % 3,
                    new Price.PerToken(random.nextInt(1000), random.nextInt(1_000_000), 0, 0),
                    Fixtures.card(random.nextDouble(), Map.of("math", random.nextDouble()))));
        }
        return candidates;
    }
}
