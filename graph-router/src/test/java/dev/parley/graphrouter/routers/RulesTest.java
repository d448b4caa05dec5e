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
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static final List<ModelSpec> MODELS = List.of(
            model("adder", 0.3, 1000), model("sage", 0.3, 1000), model("plain", 0.1, 1000), model("other", 0.1, 1000));
    private static final RouterSpec.When ALWAYS = when(Set.of(), List.of(), "", 0, Integer.MAX_VALUE);

    private static RouterSpec.When when(
            Set<String> tasks, List<String> contains, String regex, int minTokens, int maxTokens) {
        return new RouterSpec.When(tasks, contains, regex, Set.of(), minTokens, maxTokens);
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
        return new Query(text, "", 1, tokens, 100, needs, Set.of(tasks));
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
        RouterSpec.Rule tools =
                rule(new RouterSpec.When(Set.of(), List.of(), "", Set.of(Capability.TOOLS), 0, 99999), "plain");
        assertThat(decide(text("x"), MATH, tools).router()).isEqualTo("graph");
        assertThat(decide(query("x", 10, Set.of(Capability.CHAT, Capability.TOOLS)), MATH, tools)
                        .router())
                .isEqualTo("house");
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
