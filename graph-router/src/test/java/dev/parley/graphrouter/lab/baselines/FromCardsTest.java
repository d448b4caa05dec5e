package dev.parley.graphrouter.lab.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FromCardsTest {
    private static final SkillSpace SPACE = new SkillSpace(
            List.of("sums", "code"),
            List.of(),
            List.of(
                    new SkillSpace.Yardstick("sums", List.of("sums"), new double[] {-1, 0, 1}),
                    new SkillSpace.Yardstick("code", List.of("code"), new double[] {-1, 0, 1})));

    private static QueryProfile read(String text) {
        float[] domains = text.startsWith("sum") ? new float[] {1, 0} : new float[] {0, 1};
        return Fixtures.profile(SPACE, domains, text.endsWith("hard") ? 2 : 0);
    }

    /** The first model is right on sums alone and cheap there, the second on code alone. */
    private static Router router() {
        int n = 40;
        double[][] score = new double[n][];
        double[][] cost = new double[n][];
        for (int q = 0; q < n; q++) {
            boolean sum = q % 2 == 0;
            score[q] = new double[] {sum ? 1 : 0, sum ? 0 : 1};
            cost[q] = new double[] {sum ? 1 : 3, 2};
        }
        List<String> texts = IntStream.range(0, n)
                .mapToObj(q -> (q % 2 == 0 ? "sum " : "code ") + q)
                .toList();
        return new FromCards(FromCardsTest::read)
                .fit(
                        new TrainingSet(
                                List.of("adder", "coder"),
                                texts,
                                Collections.nCopies(n, ""),
                                new float[n][8],
                                score,
                                cost,
                                cost),
                        1);
    }

    @Test
    void skillsAreTheScoresOfEachDomain() {
        List<ModelSpec> models =
                Stream.of("adder", "coder").map(GraphPlanner::silent).toList();
        List<Prediction> sum = router().predict(Query.of("sum of it"), Fixtures.unembedded(), models);
        assertThat(sum.get(0).quality()).isGreaterThan(0.8);
        assertThat(sum.get(1).quality()).isLessThan(0.2);
        assertThat(sum.get(0).outputTokens())
                .as("cost of the domain")
                .isLessThan(sum.get(1).outputTokens());
        List<Prediction> code = router().predict(Query.of("code it"), Fixtures.unembedded(), models);
        assertThat(code.get(1).quality()).isGreaterThan(0.8);
        assertThat(router().predict(Query.of("sum, hard"), Fixtures.unembedded(), models)
                        .getFirst()
                        .quality())
                .as("a hard one")
                .isLessThan(sum.getFirst().quality());
    }
}
