package dev.parley.graphrouter;

import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.at;
import static dev.parley.graphrouter.Fixtures.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.config.PolicySpec.Risk;
import dev.parley.graphrouter.Plan.Aggregation;
import dev.parley.graphrouter.Planner.Strategy;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.graphrouter.calibrate.Curve;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.routermodels.Query;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The adder is always right; the sage is right as often as it is confident. */
class CascadeRiskTest {
    private static final ModelId ADDER = new ModelId("adder");
    private static final ModelId SAGE = new ModelId("sage");

    private static HeldOut held(int queries, SplittableRandom random) {
        float[] doubt = new float[2 * queries];
        float[] score = new float[2 * queries];
        for (int q = 0; q < queries; q++) {
            doubt[2 * q] = Float.NaN; // the adder does not tell
            doubt[2 * q + 1] = random.nextFloat();
            score[2 * q] = 1;
            score[2 * q + 1] = random.nextFloat() < doubt[2 * q + 1] ? 0 : 1;
        }
        return new HeldOut(2, new float[queries], new float[2 * queries], new float[2 * queries], score, score)
                .doubting(doubt);
    }

    private static GraphPlanner planner(HeldOut held) {
        return GraphPlanner.of(Fixtures.graph()
                .recalibrated(new Recalibration(
                        List.of(Curve.NONE, Curve.NONE),
                        List.of(Curve.NONE, Curve.NONE),
                        Curve.NONE,
                        Curve.NONE,
                        held)));
    }

    private static Plan plan(HeldOut held, PolicySpec.Bar bar, List<ModelSpec> models) {
        PolicySpec policy = new PolicySpec.Threshold("safe", ADDER, SAGE, bar, PolicySpec.Lead.ADVANTAGE, Limits.NONE);
        Wish wish = new Wish(policy, Strategy.CASCADE, Aggregation.FIRST, 2);
        return planner(held).plan(Query.of("?"), at(axis(MATH)), models, wish).plan();
    }

    private static Plan.Cascade cascade(HeldOut held, PolicySpec.Bar bar) {
        return (Plan.Cascade) plan(held, bar, Fixtures.specialists());
    }

    @Test
    void theWeakModelsAnswersAreKeptFromAConfidenceThatKeepsTheRisk() {
        HeldOut held = held(4000, new SplittableRandom(1));
        Plan.Cascade some = cascade(held, new Risk(0.08, 0));
        assertThat(some.models()).as("the weak model first").containsExactly(SAGE, ADDER);
        // Of answers with a doubt up to t a share t is asked, half of which is wrong times t: t * t / 2 = 0.08
        assertThat(some.acceptThreshold()).isCloseTo(0.6, within(0.03));
        Plan.Cascade sure = cascade(held, new Risk(0.08, 0.95));
        assertThat(sure.acceptThreshold()).as("with a confidence, stricter").isGreaterThan(some.acceptThreshold());
        assertThat(cascade(held, new Risk(0.5, 0)).acceptThreshold())
                .as("all of them lose that much: any answer is kept")
                .isZero();
    }

    /** Over many calibrations the loss on queries that came later is what was tolerated, on average. */
    @Test
    void theRiskIsKeptOnAverage() {
        SplittableRandom random = new SplittableRandom(2);
        double lost = 0;
        int rounds = 400;
        for (int round = 0; round < rounds; round++) {
            double accept = cascade(held(100, random), new Risk(0.1, 0)).acceptThreshold();
            HeldOut later = held(200, random);
            for (int q = 0; q < 200; q++) {
                boolean kept = 1 - later.doubt()[2 * q + 1] >= accept;
                lost += kept ? (1 - later.score()[2 * q + 1]) / (200.0 * rounds) : 0;
            }
        }
        assertThat(lost).isBetween(0.08, 0.102);
    }

    @Test
    void whereNothingCanBePromisedTheStrongModelAnswers() {
        HeldOut held = held(1000, new SplittableRandom(3));
        HeldOut silent = new HeldOut(
                2, held.inputTokens(), held.quality(), held.outputTokens(), held.score(), held.usedTokens());
        assertThat(cascade(silent, new Risk(0.1, 0)).models()).containsExactly(ADDER);
    }

    @Test
    void withoutARiskACascadeKeepsWhatItKept() {
        HeldOut held = held(1000, new SplittableRandom(4));
        assertThat(cascade(held, new PolicySpec.Fixed(0.5)).acceptThreshold()).isEqualTo(0.7);
        List<ModelSpec> weakAlone = Fixtures.specialists().stream()
                .filter(model -> model.id().equals(SAGE))
                .toList();
        assertThat(plan(held, new Risk(0.1, 0), weakAlone).models())
                .as("the strong model cannot be had")
                .containsExactly(SAGE);
    }
}
