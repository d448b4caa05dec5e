package dev.parley.graphrouter;

import static dev.parley.graphrouter.Fixtures.ENCODER;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.card;
import static dev.parley.graphrouter.Fixtures.graph;
import static dev.parley.graphrouter.Fixtures.model;
import static dev.parley.graphrouter.Fixtures.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.SkillSpace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Models nobody has outcomes of are told apart by what their cards say of the query's domain and difficulty. */
class CardSkillsTest {
    private static final SkillSpace SPACE = new SkillSpace(
            List.of("sums", "code"),
            List.of("tools"),
            List.of(
                    new SkillSpace.Yardstick("sums", List.of("sums"), new double[] {-1, 0, 1}),
                    new SkillSpace.Yardstick("code", List.of("code"), new double[] {-0.5, 0.5, 1.5}),
                    new SkillSpace.Yardstick("olympiad", List.of("sums"), new double[] {3, 4, 5})));

    private final GraphPlanner planner = GraphPlanner.of(graph());

    private static QueryFeatures asks(float sums, double difficulty) {
        return new QueryFeatures(
                axis(MATH), ENCODER, Optional.of(Fixtures.profile(SPACE, new float[] {sums, 1 - sums}, difficulty)));
    }

    private static ModelSpec cloud(String id, Map<String, Double> scores, long outputPico) {
        return model(id, "cloud", new Price.PerToken(outputPico / 2, outputPico, 0, 0), card(0.5, scores));
    }

    private String selected(QueryFeatures features, PolicySpec policy, ModelSpec... models) {
        return planner.plan(Query.of("?"), features, List.of(models), Wish.of(policy))
                .selected()
                .value();
    }

    @Test
    void theBetterScoreInTheQuerysDomainWins() {
        ModelSpec counter = cloud("counter", Map.of("sums", 0.9, "code", 0.4), 1000);
        ModelSpec coder = cloud("coder", Map.of("sums", 0.4, "code", 0.9), 1000);
        assertThat(selected(asks(0.95f, 0), weighted(0), counter, coder)).isEqualTo("counter");
        assertThat(selected(asks(0.05f, 0), weighted(0), counter, coder)).isEqualTo("coder");
    }

    /** 40 % of an olympiad say more than 60 % of ordinary sums. */
    @Test
    void aBenchmarksScoreIsReadByItsDifficulty() {
        ModelSpec modest = cloud("modest", Map.of("sums", 0.6), 1000);
        ModelSpec bright = cloud("bright", Map.of("olympiad", 0.4), 1000);
        assertThat(selected(asks(1, 1), weighted(0), modest, bright)).isEqualTo("bright");
    }

    @Test
    void easyQueriesGoToTheCheapModelAndHardOnesToTheStrong() {
        ModelSpec cheap = cloud("cheap", Map.of("sums", 0.7), 1_000);
        ModelSpec strong = cloud("strong", Map.of("sums", 0.95), 30_000);
        assertThat(selected(asks(1, -6), weighted(0.1), cheap, strong)).isEqualTo("cheap");
        assertThat(selected(asks(1, 1), weighted(0.1), cheap, strong)).isEqualTo("strong");
    }

    @Test
    void theAverageOverADomainIsTheDeclaredScoreAndTokensFollowTheQuery() {
        ModelSpec spec = cloud("m", Map.of("code", 0.8), 1000);
        double sum = 0;
        for (double difficulty : new double[] {-0.5, 0.5, 1.5}) {
            sum += planner.predict(Query.of("?"), asks(0, difficulty), List.of(spec))
                    .getFirst()
                    .quality();
        }
        assertThat(sum / 3).isCloseTo(0.8, within(1e-6));
        Prediction prediction =
                planner.predict(Query.of("?"), asks(0, 0), List.of(spec)).getFirst();
        assertThat(prediction.outputTokens())
                .as("120 for an ordinary model; this one declares 50 instead of 300")
                .isCloseTo(20, within(0.1));
        assertThat(prediction.evidence())
                .isEqualTo("declared card for code 100 %, difficulty 0.0, about 120 tokens, language en");
    }

    /** Other words for one question move its difficulty a little: models that are near each other must not change places for that. */
    @Test
    void aDifficultyNearTheUsualOneCountsAsUsual() {
        ModelSpec spec = cloud("m", Map.of("code", 0.8), 1000);
        double usual = quality(spec, 0.5);
        assertThat(quality(spec, 0.8)).isEqualTo(usual);
        assertThat(quality(spec, 0.2)).isEqualTo(usual);
        assertThat(quality(spec, 1.5)).isLessThan(usual - 0.05);
        assertThat(quality(spec, -0.5)).isGreaterThan(usual + 0.05);
    }

    private double quality(ModelSpec spec, double difficulty) {
        return planner.predict(Query.of("?"), asks(0, difficulty), List.of(spec))
                .getFirst()
                .quality();
    }

    @Test
    void aCardThatSpeaksOfTheGraphsTasksIsReadByTask() {
        ModelSpec spec = cloud("m", Map.of("math", 0.9, "code", 0.1), 1000);
        assertThat(planner.predict(Query.of("?"), asks(0, 0), List.of(spec))
                        .getFirst()
                        .quality())
                .isCloseTo(0.9, within(0.02));
    }
}
