package dev.parley.gateway.pipeline.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PreferencesTest {
    private static final ModelId DRAWN = new ModelId("drawn");
    private static final ModelId OTHER = new ModelId("other");

    private static final Decision DECISION = new Decision(
            new Plan.Single(DRAWN, List.of()),
            List.of(prediction(DRAWN), prediction(OTHER)),
            Map.of(),
            "drawn by share",
            0.25,
            "shares",
            Tier.NONE,
            "house",
            "");

    private static Prediction prediction(ModelId model) {
        return new Prediction(model, 0.5, 0.1, 10, OptionalLong.empty(), Duration.ZERO, "");
    }

    /** Off-policy evaluation weighs by the chance of what was done. */
    @Test
    void whatTheRequestForcesIsCertain() {
        Decision held = Preferences.held(DECISION, Optional.of(OTHER));
        assertThat(held.selected()).isEqualTo(OTHER);
        assertThat(held.propensity()).isEqualTo(1);
        Decision ordered = Preferences.ordered(DECISION, id -> id.equals(OTHER) ? 0 : 1);
        assertThat(ordered.selected()).isEqualTo(OTHER);
        assertThat(ordered.propensity()).isEqualTo(1);
    }

    @Test
    void whatStaysKeepsItsChance() {
        assertThat(Preferences.withoutFallbacks(DECISION).propensity()).isEqualTo(0.25);
        assertThat(Preferences.fallingBackTo(DECISION, List.of(OTHER)).propensity())
                .isEqualTo(0.25);
    }
}
