package dev.parley.graphrouter;

import static dev.parley.graphrouter.Fixtures.FACTS;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.at;
import static dev.parley.graphrouter.Fixtures.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.ModelId;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.config.PolicySpec.Risk;
import dev.parley.graphrouter.calibrate.Curve;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.routermodels.Query;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The adder is strong in math by a predicted lead of nearly 1, and behind in facts. */
class RiskBarsTest {
    private static final int QUERIES = 1000;

    /** Leads from -1 to 1; where the adder leads by more than 0.5 half of the sage's answers are worse. */
    private static GraphPlanner planner() {
        float[] input = new float[QUERIES];
        float[] quality = new float[2 * QUERIES];
        float[] score = new float[2 * QUERIES];
        for (int q = 0; q < QUERIES; q++) {
            float lead = 2 * q / (float) QUERIES - 1;
            quality[2 * q] = (1 + lead) / 2;
            quality[2 * q + 1] = (1 - lead) / 2;
            score[2 * q] = 1;
            score[2 * q + 1] = lead > 0.5 && q % 2 == 0 ? 0 : 1;
        }
        HeldOut held = new HeldOut(2, input, quality, new float[2 * QUERIES], score, new float[2 * QUERIES]);
        return GraphPlanner.of(Fixtures.graph()
                .recalibrated(new Recalibration(
                        List.of(Curve.NONE, Curve.NONE),
                        List.of(Curve.NONE, Curve.NONE),
                        Curve.NONE,
                        Curve.NONE,
                        held)));
    }

    private static PolicySpec policy(PolicySpec.Bar bar) {
        return new PolicySpec.Threshold(
                "safe", new ModelId("adder"), new ModelId("sage"), bar, PolicySpec.Lead.ADVANTAGE, Limits.NONE);
    }

    private static String selected(PolicySpec.Bar bar, int axis) {
        return planner()
                .plan(Query.of("?"), at(axis(axis)), Fixtures.specialists(), Planner.Wish.of(policy(bar)))
                .selected()
                .value();
    }

    @Test
    void theOutcomesSetTheThreshold() {
        assertThat(selected(new Risk(0.05, 0), MATH)).isEqualTo("adder");
        assertThat(selected(new Risk(0.05, 0), FACTS)).isEqualTo("sage");
        assertThat(selected(new Risk(0.3, 0), MATH))
                .as("a quarter of the queries lose a half: less than is tolerated")
                .isEqualTo("sage");
        assertThat(selected(new Risk(0.126, 0), MATH))
                .as("as much as is lost, on average")
                .isEqualTo("sage");
        assertThat(selected(new Risk(0.126, 0.95), MATH))
                .as("but not with that confidence")
                .isEqualTo("adder");
    }

    @Test
    void aRiskThatCannotBePromisedIsRefused() {
        assertThatThrownBy(() -> planner().check(policy(new Risk(0.0005, 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("policy 'safe'")
                .hasMessageContaining("1000 queries");
        assertThatThrownBy(() -> GraphPlanner.of(Fixtures.graph()).check(policy(new Risk(0.05, 0))))
                .hasMessageContaining("parley calibrate");
        assertThatThrownBy(() -> planner()
                        .check(new PolicySpec.Threshold(
                                "safe",
                                new ModelId("adder"),
                                new ModelId("stranger"),
                                new Risk(0.05, 0),
                                PolicySpec.Lead.ADVANTAGE,
                                Limits.NONE)))
                .hasMessageContaining("outcomes of stranger");
    }
}
