package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.FACTS;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.NOWHERE;
import static dev.parley.graphrouter.Fixtures.hinted;
import static dev.parley.graphrouter.Fixtures.specialists;
import static dev.parley.graphrouter.Fixtures.unembedded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelId;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Router;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CategoriesTest {
    private static Router router(double budget, Map<ModelId, Double> sizes) {
        return Setting.router(new RouterSpec.Categories("experts", budget, sizes, 0.5), specialists());
    }

    @Test
    void theDeclaredTasksExpertIsAskedWithoutAnEmbedding() {
        Decision decision = Setting.decide(router(1e12, Map.of()), hinted("facts"), unembedded(), specialists());
        assertThat(decision.selected()).hasToString("sage");
        assertThat(decision.router()).isEqualTo("experts");
        assertThat(decision.reason()).contains("mean on 'facts'");
        assertThat(decision.predictions().getFirst().quality()).isCloseTo((10 + 4 * 0.5) / 14, within(1e-9));
    }

    @Test
    void whereNoTaskIsLikelyAllCount() {
        Decision decision = Setting.decide(
                Setting.router(new RouterSpec.Categories("experts", 1e12, Map.of(), 0.9), specialists()),
                NOWHERE,
                specialists());
        assertThat(decision.reason()).contains("mean over the likely tasks");
    }

    @Test
    void theBudgetLeavesOneExpertForAllTasks() {
        Router small = router(2, Map.of(new ModelId("adder"), 3.0, new ModelId("sage"), 2.0));
        assertThat(Setting.decide(small, MATH, specialists()).selected()).hasToString("sage");
        Router large = router(5, Map.of(new ModelId("adder"), 3.0, new ModelId("sage"), 2.0));
        assertThat(Setting.decide(large, MATH, specialists()).selected()).hasToString("adder");
        assertThat(Setting.decide(large, FACTS, specialists()).selected()).hasToString("sage");
    }

    @Test
    void theSearchFindsWhatTryingAllSetsFinds() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 60; round++) {
            int models = 2 + random.nextInt(8);
            double[][] quality = new double[1 + random.nextInt(5)][];
            for (int t = 0; t < quality.length; t++) {
                quality[t] = random.doubles(models).toArray();
            }
            double[] weight = random.doubles(quality.length).toArray();
            double[] size = random.doubles(models, 0.1, 5).toArray();
            double budget = 0.1 + 8 * random.nextDouble();
            boolean[] found = ExpertSet.within(budget, weight, quality, size);
            double best = 0;
            for (int set = 0; set < 1 << models; set++) {
                best = Math.max(best, value(set, weight, quality, size, budget));
            }
            int chosen = 0;
            for (int m = 0; m < models; m++) {
                chosen |= found[m] ? 1 << m : 0;
            }
            assertThat(value(chosen, weight, quality, size, budget)).isCloseTo(best, within(1e-9));
        }
    }

    /** 0 for a set beyond the budget. */
    private static double value(int set, double[] weight, double[][] quality, double[] size, double budget) {
        double room = budget;
        double value = 0;
        for (int t = 0; t < weight.length; t++) {
            double most = 0;
            for (int m = 0; m < size.length; m++) {
                if ((set >> m & 1) == 1) {
                    room -= t == 0 ? size[m] : 0;
                    most = Math.max(most, quality[t][m]);
                }
            }
            value += weight[t] * most;
        }
        return room < -1e-12 ? 0 : value;
    }
}
