package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.card;
import static dev.parley.graphrouter.Fixtures.unembedded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AbilitiesTest {
    private static final SkillSpace SPACE = new SkillSpace(
            List.of("sums", "code"),
            List.of(),
            List.of(
                    new SkillSpace.Yardstick("sums", List.of("sums"), new double[] {-1, 0, 1}),
                    new SkillSpace.Yardstick("code", List.of("code"), new double[] {-1, 0, 1})));

    /** Outcomes say that the adder is right on its axis; its card says that it is weak. */
    private final List<ModelSpec> models = List.of(scored("adder", 0.3), scored("sage", 0.8));

    private final Router router = Setting.router(new RouterSpec.Abilities("irt"), models);

    private static ModelSpec scored(String id, double sums) {
        return Fixtures.model(id, "local", new Price.PerToken(1, 1, 0, 0), card(0.5, Map.of("sums", sums)));
    }

    private static QueryFeatures asks(double difficulty) {
        QueryProfile profile = Fixtures.profile(SPACE, new float[] {1, 0}, difficulty);
        return new QueryFeatures(axis(MATH), Fixtures.ENCODER, Optional.of(profile));
    }

    @Test
    void skillsAndDifficultyTellWhateverTheOutcomesAre() {
        Decision easy = Setting.decide(router, Setting.ANY, asks(1), models);
        assertThat(easy.router()).isEqualTo("irt");
        assertThat(easy.selected()).hasToString("sage");
        double quality = easy.predictions().getFirst().quality();
        double harder = Setting.decide(router, Setting.ANY, asks(2.5), models)
                .predictions()
                .getFirst()
                .quality();
        assertThat(Math.log(quality / (1 - quality)) - Math.log(harder / (1 - harder)))
                .as("difficulty is on the scale of log-odds")
                .isCloseTo(1.5, within(1e-9));
    }

    @Test
    void withoutAProfileTheGraphPredicts() {
        assertThat(Setting.decide(router, Setting.ANY, unembedded(), models).router())
                .isEqualTo("graph");
    }
}
