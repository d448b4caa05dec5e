package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.FACTS;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.at;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.model;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Capability;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Language;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.RequestShape;
import dev.parley.routermodels.SkillSpace;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static final List<ModelSpec> MODELS = List.of(
            model("adder", 0.3, 1000), model("sage", 0.3, 1000), model("plain", 0.1, 1000), model("other", 0.1, 1000));
    private static final RouterSpec.When ALWAYS = when(Set.of(), List.of(), "", 0, Integer.MAX_VALUE);

    private static RouterSpec.When when(
            Set<String> tasks, List<String> contains, String regex, int minTokens, int maxTokens) {
        return new RouterSpec.When(tasks, contains, regex, Set.of(), minTokens, maxTokens, 1, RouterSpec.Read.ANYTHING);
    }

    private static RouterSpec.When read(Set<String> domains, Set<String> flags, Set<String> languages) {
        return new RouterSpec.When(
                Set.of(),
                List.of(),
                "",
                Set.of(),
                0,
                Integer.MAX_VALUE,
                1,
                new RouterSpec.Read(domains, flags, languages));
    }

    private static RouterSpec.Rule rule(RouterSpec.When when, String... models) {
        return new RouterSpec.Rule(
                when, List.of(models).stream().map(ModelId::new).toList());
    }

    private static Decision decide(Query query, int axis, RouterSpec.Rule... rules) {
        Router router = Setting.router(new RouterSpec.Rules("house", List.of(rules)), MODELS);
        return Setting.decide(router, query, at(axis(axis)), MODELS);
    }

    private static Query query(String text, int tokens, Set<Capability> needs, String... tasks) {
        return new Query(text, "", RequestShape.BARE, tokens, 100, needs, Set.of(tasks));
    }

    private static Query text(String text) {
        return query(text, 10, Set.of(Capability.CHAT));
    }

    @Test
    void theFirstThatHoldsDecidesAndTheGraphIfNone() {
        RouterSpec.Rule invoices = rule(when(Set.of(), List.of("Invoice"), "", 0, 99999), "plain", "other");
        Decision held = decide(text("an INVOICE please"), MATH, invoices, rule(ALWAYS, "sage"));
        assertThat(held.router()).isEqualTo("house");
        assertThat(held.predictions()).extracting(p -> p.model().value()).startsWith("plain", "other");
        assertThat(held.reason()).contains("rule 1");
        assertThat(decide(text("a bill"), MATH, invoices, rule(ALWAYS, "sage")).selected())
                .hasToString("sage");
        Decision left = decide(text("a bill"), MATH, invoices);
        assertThat(left.router()).isEqualTo("graph");
        assertThat(left.selected()).hasToString("adder");
    }

    @Test
    void everyConditionCanFail() {
        RouterSpec.Rule regex = rule(when(Set.of(), List.of(), "\\d{4}", 0, 99999), "plain");
        assertThat(decide(text("in 1984"), MATH, regex).router()).isEqualTo("house");
        assertThat(decide(text("in 84"), MATH, regex).router()).isEqualTo("graph");
        RouterSpec.Rule sized = rule(when(Set.of(), List.of(), "", 100, 200), "plain");
        for (int tokens : new int[] {99, 100, 200, 201}) {
            assertThat(decide(query("x", tokens, Set.of(Capability.CHAT)), MATH, sized)
                            .router())
                    .as("%s tokens", tokens)
                    .isEqualTo(tokens >= 100 && tokens <= 200 ? "house" : "graph");
        }
        RouterSpec.Rule tools = rule(
                new RouterSpec.When(
                        Set.of(), List.of(), "", Set.of(Capability.TOOLS), 0, 99999, 1, RouterSpec.Read.ANYTHING),
                "plain");
        assertThat(decide(text("x"), MATH, tools).router()).isEqualTo("graph");
        assertThat(decide(query("x", 10, Set.of(Capability.CHAT, Capability.TOOLS)), MATH, tools)
                        .router())
                .isEqualTo("house");
    }

    @Test
    void turnsAreCounted() {
        RouterSpec.Rule late = rule(
                new RouterSpec.When(Set.of(), List.of(), "", Set.of(), 0, 99999, 3, RouterSpec.Read.ANYTHING), "plain");
        for (int turns = 1; turns <= 4; turns++) {
            Query query = new Query("x", "", RequestShape.ofTurns(turns), 10, 100, Set.of(Capability.CHAT), Set.of());
            assertThat(decide(query, MATH, late).router())
                    .as("%s turns", turns)
                    .isEqualTo(turns >= 3 ? "house" : "graph");
        }
    }

    @Test
    void aTaskIsDeclaredOrToldByTheGraph() {
        RouterSpec.Rule math = rule(when(Set.of("math"), List.of(), "", 0, 99999), "plain");
        assertThat(decide(text("x"), MATH, math).selected()).hasToString("plain");
        assertThat(decide(text("x"), FACTS, math).router()).isEqualTo("graph");
        assertThat(decide(query("x", 10, Set.of(Capability.CHAT), "math"), FACTS, math)
                        .selected())
                .hasToString("plain");
        assertThat(decide(query("x", 10, Set.of(Capability.CHAT), "facts"), MATH, math)
                        .router())
                .isEqualTo("graph");
    }

    /** Two domains involved, a flag, German. */
    private static String router(RouterSpec.When when, Optional<QueryProfile> profile) {
        Router router = Setting.router(new RouterSpec.Rules("house", List.of(rule(when, "plain"))), MODELS);
        QueryFeatures features = new QueryFeatures(axis(MATH), Fixtures.ENCODER, profile);
        return Setting.decide(router, text("x"), features, MODELS).router();
    }

    @Test
    void whatTheHeadsReadIsACondition() {
        SkillSpace space = new SkillSpace(List.of("math", "code", "chat"), List.of("tools", "document"), List.of());
        Optional<QueryProfile> read = Optional.of(new QueryProfile(
                space,
                new float[] {0.7f, 0.3f, 0},
                new float[] {0.9f, 0.6f, 0.1f},
                0,
                50,
                new float[] {0.8f, 0.2f},
                new Language("de", 0.9)));
        assertThat(router(read(Set.of("code"), Set.of(), Set.of()), read)).isEqualTo("house");
        assertThat(router(read(Set.of("chat", "math"), Set.of(), Set.of()), read))
                .isEqualTo("house");
        assertThat(router(read(Set.of("chat"), Set.of(), Set.of()), read)).isEqualTo("graph");
        assertThat(router(read(Set.of(), Set.of("tools"), Set.of()), read)).isEqualTo("house");
        assertThat(router(read(Set.of(), Set.of("tools", "document"), Set.of()), read))
                .isEqualTo("graph");
        assertThat(router(read(Set.of(), Set.of(), Set.of("fr", "de")), read)).isEqualTo("house");
        assertThat(router(read(Set.of(), Set.of(), Set.of("en")), read)).isEqualTo("graph");
        assertThat(router(read(Set.of("math"), Set.of("tools"), Set.of("en")), read))
                .as("all that is given must hold")
                .isEqualTo("graph");
        assertThat(router(read(Set.of("math"), Set.of(), Set.of()), Optional.empty()))
                .as("nothing was read")
                .isEqualTo("graph");
    }

    @Test
    void aRuleWithoutAnAbleModelIsPassedOver() {
        Query tooLong = query("x", 4000, Set.of(Capability.CHAT));
        ModelSpec roomy = new ModelSpec(
                new ModelId("roomy"),
                "local",
                "roomy",
                MODELS.getFirst().price(),
                Set.of(Capability.CHAT),
                100_000,
                1000,
                MODELS.getFirst().card());
        List<ModelSpec> models = List.of(MODELS.get(2), roomy);
        Router router = Setting.router(
                new RouterSpec.Rules("house", List.of(rule(ALWAYS, "plain"), rule(ALWAYS, "roomy"))), models);
        Decision decision = Setting.decide(router, tooLong, at(axis(MATH)), models);
        assertThat(decision.selected()).hasToString("roomy");
        assertThat(decision.reason()).contains("rule 2");
        assertThat(decision.excluded()).containsKey(new ModelId("plain"));
    }
}
