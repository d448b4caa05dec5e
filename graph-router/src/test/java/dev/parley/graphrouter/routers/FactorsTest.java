package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.FACTS;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelId;
import dev.parley.config.PolicySpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.graphrouter.Router;
import org.junit.jupiter.api.Test;

class FactorsTest {
    @Test
    void theChanceToWinIsOverTheBestModelAndReproducible() {
        double[] math = new Factors(Fixtures.graph()).of(axis(MATH)).quality();
        double[] facts = new Factors(Fixtures.graph()).of(axis(FACTS)).quality();
        assertThat(math[0]).as("the reference against itself").isEqualTo(0.5);
        assertThat(math[1]).isLessThan(0.1);
        assertThat(facts[1]).isGreaterThan(0.9);
        assertThat(new Factors(Fixtures.graph()).of(axis(MATH)).quality()).containsExactly(math);
    }

    /** What {@code router-mf-0.11593} asks: is the strong model's chance to win above it? */
    @Test
    void aThresholdOnTheChanceToWinIsRouteLlms() {
        Router router = Setting.router(new RouterSpec.Factors("mf"), Fixtures.specialists());
        double chance = 1 - new Factors(Fixtures.graph()).of(axis(FACTS)).quality()[1]; // adder over sage
        assertThat(chance).isCloseTo(0, within(0.1));
        for (double threshold : new double[] {chance - 1e-3, chance + 1e-3, 0.5, 0.11593}) {
            PolicySpec policy = new PolicySpec.Threshold(
                    "router-mf",
                    new ModelId("adder"),
                    new ModelId("sage"),
                    new PolicySpec.Fixed(Math.max(0, threshold)),
                    PolicySpec.Lead.WIN_RATE,
                    PolicySpec.Limits.NONE);
            assertThat(Setting.planner()
                            .plan(
                                    router,
                                    Setting.ANY,
                                    Fixtures.at(axis(FACTS)),
                                    Fixtures.specialists(),
                                    Wish.of(policy))
                            .selected())
                    .as("over %s", threshold)
                    .hasToString(chance > threshold ? "adder" : "sage");
        }
    }
}
