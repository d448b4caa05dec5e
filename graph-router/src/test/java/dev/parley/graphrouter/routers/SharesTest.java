package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.model;
import static dev.parley.graphrouter.Fixtures.unembedded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.Capability;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.Planner;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.RequestShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharesTest {
    private static final int SESSIONS = 4000;
    private static final List<ModelSpec> MODELS =
            List.of(model("a", 0.5, 1000), model("b", 0.5, 1000), model("c", 0.5, 1000), model("unlisted", 0.99, 1000));
    private final Router router = Setting.router(
            new RouterSpec.Shares("split", Map.of(new ModelId("a"), 6.0, new ModelId("b"), 3.0, new ModelId("c"), 1.0)),
            MODELS);

    private Decision decide(String session, String text, List<ModelSpec> models) {
        Query query = new Query(text, "", RequestShape.BARE, 10, 10, 100, Set.of(Capability.CHAT), Set.of(), session);
        return Setting.decide(router, query, unembedded(), models);
    }

    private Map<String, Double> drawn(List<ModelSpec> models) {
        Map<String, Double> drawn = new HashMap<>();
        for (int s = 0; s < SESSIONS; s++) {
            drawn.merge(decide("session " + s, "x", models).selected().value(), 1.0 / SESSIONS, Double::sum);
        }
        return drawn;
    }

    @Test
    void sessionsFallByShareAndSoIsThePropensity() {
        Map<String, Double> drawn = drawn(MODELS);
        assertThat(drawn.get("a")).isCloseTo(0.6, within(0.03)); // four standard deviations
        assertThat(drawn.get("b")).isCloseTo(0.3, within(0.03));
        assertThat(drawn.get("c")).isCloseTo(0.1, within(0.02));
        assertThat(drawn).doesNotContainKey("unlisted");
        Decision one = decide("session 1", "x", MODELS);
        assertThat(one.router()).isEqualTo("split");
        assertThat(one.propensity())
                .isEqualTo(
                        Map.of("a", 0.6, "b", 0.3, "c", 0.1).get(one.selected().value()));
    }

    /** The policy is given what is drawn and may choose otherwise: here c, which is far cheaper, whenever b is drawn. */
    @Test
    void thePropensityIsThatOfTheChoiceNotOfTheDraw() {
        List<ModelSpec> priced = List.of(model("a", 0.5, 1000), model("b", 0.5, 5_000_000_000L), model("c", 0.5, 900));
        Map<String, Double> chosen = new HashMap<>();
        Map<String, Double> told = new HashMap<>();
        for (int s = 0; s < SESSIONS; s++) {
            Query query = new Query(
                    "x", "", RequestShape.BARE, 10, 10, 100, Set.of(Capability.CHAT), Set.of(), "session " + s);
            Decision decision =
                    Setting.planner().plan(router, query, unembedded(), priced, Planner.Wish.of(Fixtures.weighted(2)));
            chosen.merge(decision.selected().value(), 1.0 / SESSIONS, Double::sum);
            told.put(decision.selected().value(), decision.propensity());
        }
        assertThat(chosen).doesNotContainKey("b").hasSize(2);
        assertThat(told.values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-9));
        told.forEach((model, propensity) -> assertThat(chosen.get(model)).isCloseTo(propensity, within(0.03)));
    }

    @Test
    void aSessionStaysWhateverIsAsked() {
        String first = decide("me", "one thing", MODELS).selected().value();
        assertThat(decide("me", "another thing", MODELS).selected()).hasToString(first);
        Set<String> without = new java.util.HashSet<>();
        for (int i = 0; i < 40; i++) {
            without.add(decide("", "text " + i, MODELS).selected().value());
        }
        assertThat(without).as("without a session, the text stands for it").hasSizeGreaterThan(1);
    }

    @Test
    void whereAModelDropsOutOnlyItsSessionsMove() {
        List<ModelSpec> fewer = List.of(MODELS.get(1), MODELS.get(2), MODELS.get(3));
        Map<String, Double> drawn = drawn(fewer);
        assertThat(drawn.get("b")).isCloseTo(0.75, within(0.03));
        for (int s = 0; s < 200; s++) {
            String before = decide("session " + s, "x", MODELS).selected().value();
            if (!before.equals("a")) {
                assertThat(decide("session " + s, "x", fewer).selected()).hasToString(before);
            }
        }
    }
}
