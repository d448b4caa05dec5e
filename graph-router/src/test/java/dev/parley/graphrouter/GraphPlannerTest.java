package dev.parley.graphrouter;

import static dev.parley.graphrouter.Fixtures.FACTS;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.NOWHERE;
import static dev.parley.graphrouter.Fixtures.at;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.card;
import static dev.parley.graphrouter.Fixtures.graph;
import static dev.parley.graphrouter.Fixtures.hinted;
import static dev.parley.graphrouter.Fixtures.model;
import static dev.parley.graphrouter.Fixtures.specialists;
import static dev.parley.graphrouter.Fixtures.unembedded;
import static dev.parley.graphrouter.Fixtures.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.config.Price;
import dev.parley.graphrouter.Plan.Aggregation;
import dev.parley.graphrouter.Planner.Strategy;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.RequestShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GraphPlannerTest {
    private static final Query ANY = Query.of("anything");

    private final GraphPlanner planner = GraphPlanner.of(graph());

    private Decision decide(QueryFeatures features, List<ModelSpec> models, PolicySpec policy) {
        return planner.plan(ANY, features, models, Wish.of(policy));
    }

    @Test
    void eachQuestionGoesToItsSpecialist() {
        Decision math = decide(at(axis(MATH)), specialists(), weighted(0));
        assertThat(math.selected()).hasToString("adder");
        assertThat(math.router()).isEqualTo("graph");
        assertThat(math.policy()).isEqualTo("balanced");
        assertThat(math.snapshot()).isEqualTo("fixture");
        assertThat(math.propensity()).isEqualTo(1);
        assertThat(math.reason()).contains("adder", "quality 0.", "10 outcomes near 'math'");
        assertThat(math.predictions()).extracting(p -> p.model().value()).containsExactly("adder", "sage");
        assertThat(decide(at(axis(FACTS)), specialists(), weighted(0)).selected())
                .hasToString("sage");
    }

    @Test
    void predictionsCarryTokensLatencyAndCost() {
        Prediction adder = planner.predict(ANY, at(axis(MATH)), specialists()).getFirst();
        assertThat(adder.quality()).isBetween(0.8, 1.0);
        assertThat(adder.outputTokens()).isCloseTo(5, within(3.0));
        assertThat(adder.latency()).isBetween(Duration.ofMillis(90), Duration.ofMillis(150));
        assertThat(adder.costNanoUsd())
                .hasValue(Math.round((2 * 500 + Math.round(adder.outputTokens()) * 1000) / 1000.0));
    }

    @Test
    void anUnknownModelIsPredictedFromItsCardWithMoreUncertainty() {
        ModelSpec cloud = model("cloud", "cloud", new Price.Unknown(), card(0.7, Map.of("math", 0.9)));
        List<Prediction> predictions =
                planner.predict(ANY, at(axis(MATH)), List.of(specialists().getFirst(), cloud));
        assertThat(predictions.get(1).quality()).isCloseTo(0.9, within(0.02));
        assertThat(predictions.get(1).evidence()).isEqualTo("declared card");
        assertThat(predictions.get(1).costNanoUsd()).isEmpty();
        assertThat(predictions.get(1).latency()).isEqualTo(Duration.ofMillis(600));
        assertThat(predictions.get(1).uncertainty())
                .isGreaterThan(predictions.get(0).uncertainty());
        assertThat(decide(at(axis(FACTS)), List.of(specialists().getFirst(), cloud), weighted(0))
                        .selected())
                .hasToString("cloud");
    }

    @Test
    void aForeignQueryIsUncertain() {
        Prediction near = planner.predict(ANY, at(axis(MATH)), specialists()).getFirst();
        Prediction foreign =
                planner.predict(ANY, at(axis(NOWHERE)), specialists()).getFirst();
        assertThat(foreign.uncertainty()).isGreaterThan(near.uncertainty() * 1.5);
        assertThat(foreign.quality()).isBetween(0.3, 0.6);
    }

    @Test
    void withoutEmbeddingTheTaskHintOrTheWordsDecide() {
        assertThat(bare(hinted("facts"))).extracting(Decision::tier).isEqualTo(Tier.DECLARED);
        assertThat(bare(hinted("facts")).selected()).hasToString("sage");
        Decision digits = bare(Query.of("56+78"));
        assertThat(digits.selected()).hasToString("adder");
        assertThat(digits.tier()).isEqualTo(Tier.LEXICAL);
        assertThat(digits.reason()).contains("by task 'math'");
        assertThat(bare(Query.of("what is that")).selected()).hasToString("sage");
        assertThat(decide(at(axis(MATH)), specialists(), weighted(0)).tier()).isEqualTo(Tier.SEMANTIC);
    }

    private Decision bare(Query query) {
        return planner.plan(query, unembedded(), specialists(), Wish.of(weighted(0)));
    }

    @Test
    void cardsAloneServeWithoutAGraph() {
        GraphPlanner cards = GraphPlanner.of(RoutingGraph.empty());
        Query query = hinted("law");
        List<ModelSpec> models = List.of(
                model("a", "x", new Price.Unknown(), card(0.8, Map.of())),
                model("b", "y", new Price.Unknown(), card(0.5, Map.of("law", 0.95))));
        Decision decision = cards.plan(query, unembedded(), models, Wish.of(weighted(0)));
        assertThat(decision.selected()).hasToString("b");
        assertThat(decision.snapshot()).isEqualTo("cards");
        assertThat(decision.tier()).isEqualTo(Tier.NONE);
        assertThat(cards.plan(ANY, at(axis(MATH)), models, Wish.of(weighted(0))).selected())
                .hasToString("a");
    }

    @Test
    void cheapestSufficientTakesTheCheapestOfWhichItIsSure() {
        List<ModelSpec> models = List.of(
                model("adder", 0.3, 9000),
                model("sage", 0.3, 10),
                model("dear", "cloud", new Price.PerToken(1_000_000, 1_000_000, 0, 0), card(0.95, Map.of())));
        PolicySpec policy =
                new PolicySpec.CheapestSufficient("cheap", 0.5, new Limits(Long.MAX_VALUE, 0.7, Duration.ofDays(1)));
        assertThat(decide(at(axis(MATH)), models, policy).selected()).hasToString("adder");
        PolicySpec demanding =
                new PolicySpec.CheapestSufficient("cheap", 0.5, new Limits(Long.MAX_VALUE, 0.999, Duration.ofDays(1)));
        assertThat(decide(at(axis(FACTS)), models.subList(0, 2), demanding).selected())
                .as("none is sufficient: the best one")
                .hasToString("sage");
    }

    @Test
    void thresholdComparesStrongAndWeak() {
        ModelId adder = new ModelId("adder");
        ModelId sage = new ModelId("sage");
        for (PolicySpec.Lead lead : PolicySpec.Lead.values()) {
            PolicySpec policy =
                    new PolicySpec.Threshold("route", adder, sage, new PolicySpec.Fixed(0.2), lead, Limits.NONE);
            assertThat(decide(at(axis(MATH)), specialists(), policy).selected()).isEqualTo(adder);
            assertThat(decide(at(axis(FACTS)), specialists(), policy).selected())
                    .as("%s", lead)
                    .isEqualTo(sage);
        }
    }

    /** 0.6 against 0.5: an advantage of 0.1, but a chance to win of 0.6. */
    @Test
    void theChanceToWinIsOfLogOdds() {
        List<ModelSpec> models = List.of(model("strong", 0.6, 2000), model("weak", 0.5, 1000));
        GraphPlanner cards = GraphPlanner.of(RoutingGraph.empty());
        for (double threshold : new double[] {0.05, 0.2, 0.59, 0.61}) {
            for (PolicySpec.Lead lead : PolicySpec.Lead.values()) {
                PolicySpec policy = new PolicySpec.Threshold(
                        "route",
                        new ModelId("strong"),
                        new ModelId("weak"),
                        new PolicySpec.Fixed(threshold),
                        lead,
                        Limits.NONE);
                double reached = lead == PolicySpec.Lead.WIN_RATE ? 0.6 : 0.1;
                assertThat(cards.plan(ANY, unembedded(), models, Wish.of(policy))
                                .selected())
                        .as("%s over %s", lead, threshold)
                        .hasToString(reached > threshold ? "strong" : "weak");
            }
        }
    }

    @Test
    void whatIsPreferredCountsByTheCard() {
        ModelCard open =
                new ModelCard("", "", 0.6, Map.of(), 50, Duration.ofMillis(100), 100, 4, Map.of("privacy", 1.0));
        List<ModelSpec> models =
                List.of(model("hosted", 0.7, 1000), model("private", "local", new Price.PerToken(1, 1, 0, 0), open));
        GraphPlanner cards = GraphPlanner.of(RoutingGraph.empty());
        for (double weight : new double[] {0, 0.15, 0.3}) {
            Wish wish = new Wish(weighted(0), Strategy.SINGLE, Aggregation.FIRST, 1, Map.of("privacy", weight));
            assertThat(cards.plan(ANY, unembedded(), models, wish).selected())
                    .as("weight %s: an undeclared merit is 0.5", weight)
                    .hasToString(weight * 0.5 > 0.1 ? "private" : "hosted");
        }
    }

    @Test
    void verbosityIsToldFromThePredictedLength() {
        ModelCard terse = new ModelCard("", "", 0.65, Map.of(), 10, Duration.ofMillis(100), 100);
        List<ModelSpec> models =
                List.of(model("talker", 0.7, 1000), model("terse", "local", new Price.PerToken(1, 1, 0, 0), terse));
        Wish wish = new Wish(weighted(0), Strategy.SINGLE, Aggregation.FIRST, 1, Map.of(Leaning.VERBOSITY, 0.1));
        GraphPlanner cards = GraphPlanner.of(RoutingGraph.empty());
        assertThat(cards.plan(ANY, unembedded(), models, wish).selected()).hasToString("terse");
        assertThat(cards.plan(ANY, unembedded(), models, Wish.of(weighted(0))).selected())
                .hasToString("talker");
    }

    @Test
    void limitsAndCapabilitiesExcludeWithReasons() {
        Query tools =
                new Query("x", "", RequestShape.BARE, 3900, 500, Set.of(Capability.TOOLS, Capability.VISION), Set.of());
        assertThatThrownBy(() -> planner.plan(tools, unembedded(), specialists(), Wish.of(weighted(0))))
                .isInstanceOf(NoCandidateException.class)
                .hasMessageContaining("adder - cannot do VISION")
                .hasMessageContaining("sage - cannot do VISION");
        Query longOne = new Query("x", "", RequestShape.BARE, 3900, 500, Set.of(Capability.CHAT), Set.of());
        assertThatThrownBy(() -> planner.plan(longOne, unembedded(), specialists(), Wish.of(weighted(0))))
                .hasMessageContaining("context of 4096 tokens is too short for 3900 in and 500 out");
        PolicySpec ceiling = new PolicySpec.Weighted(
                "frugal", 0, 1, 0, Duration.ofSeconds(1), new Limits(40, 0.5, Duration.ofMillis(400)));
        List<ModelSpec> models = List.of(
                model("adder", 0.3, 1000),
                model("sage", 0.3, 100),
                model("free?", "y", new Price.Unknown(), card(0.9, Map.of())),
                model("dear", 0.9, 100_000),
                model("slow", 0.9, 1));
        Decision decision = decide(at(axis(MATH)), models, ceiling);
        assertThat(decision.selected()).hasToString("adder");
        assertThat(decision.excluded().get(new ModelId("free?"))).contains("price is unknown");
        assertThat(decision.excluded().get(new ModelId("dear"))).contains("above the ceiling");
        assertThat(decision.excluded().get(new ModelId("slow"))).contains("predicted latency 600 ms");
        assertThat(decision.excluded().get(new ModelId("sage"))).contains("below the minimum");
    }

    @Test
    void aVocabularyOfBytesTakesMoreTokensForTheSamePrompt() {
        ModelCard bytes =
                new ModelCard("", "", 0.9, Map.of(), 50, Duration.ofMillis(100), 100, 1, Map.of("privacy", 1.0));
        ModelSpec small = model("bytes", "local", new Price.PerToken(1000, 1000, 0, 0), bytes);
        Query query = new Query("x", "", RequestShape.BARE, 1000, 500, Set.of(Capability.CHAT), Set.of());
        GraphPlanner cards = GraphPlanner.of(RoutingGraph.empty());
        Decision decision =
                cards.plan(query, unembedded(), List.of(small, model("words", 0.3, 1000)), Wish.of(weighted(0)));
        assertThat(decision.selected()).hasToString("words");
        assertThat(decision.excluded().get(new ModelId("bytes")))
                .isEqualTo("its context of 4096 tokens is too short for 4000 in and 500 out");
        Query brief = new Query("x", "", RequestShape.BARE, 100, 50, Set.of(Capability.CHAT), Set.of());
        Prediction predicted = cards.plan(brief, unembedded(), List.of(small), Wish.of(weighted(0)))
                .prediction(new ModelId("bytes"))
                .orElseThrow();
        assertThat(predicted.costNanoUsd()).hasValue(400 + 50);
    }

    @Test
    void aModelOfSingleQuestionsIsAskedTheLastOfALongConversation() {
        ModelSpec plain = model("plain", 0.9, 1000);
        ModelSpec single = new ModelSpec(
                new ModelId("single"),
                plain.backend(),
                "single",
                plain.price(),
                plain.capabilities(),
                plain.contextTokens(),
                plain.maxOutputTokens(),
                plain.card(),
                plain.moe(),
                true);
        Query query = new Query(
                "Thank you, and good night",
                "",
                RequestShape.ofTurns(9),
                9000,
                6,
                500,
                Set.of(Capability.CHAT),
                Set.of(),
                "");
        Decision decision = GraphPlanner.of(RoutingGraph.empty())
                .plan(query, unembedded(), List.of(plain, single), Wish.of(weighted(0)));
        assertThat(decision.selected()).hasToString("single");
        assertThat(decision.excluded().get(new ModelId("plain"))).contains("too short for 9000 in");
        assertThat(decision.prediction(new ModelId("single")).orElseThrow().costNanoUsd())
                .hasValue(3 + 50);
    }

    @Test
    void whatIsTooLongForAllIsToldFromWhatNoneCanDo() {
        Query longOne = new Query("x", "", RequestShape.BARE, 3900, 500, Set.of(Capability.CHAT), Set.of());
        assertThat(none(longOne, weighted(0)).tooLong()).contains(new NoCandidateException.TooLong(4400, 4096));
        assertThat(none(longOne, weighted(0)))
                .hasMessageContaining("maximum context length")
                .hasMessageContaining("4096 tokens")
                .hasMessageContaining("3900 for the prompt and 500 for the answer")
                .hasMessageContaining("Shorten the prompt");
        Query both = new Query("x", "", RequestShape.BARE, 3900, 500, Set.of(Capability.VISION), Set.of());
        assertThat(none(both, weighted(0)).tooLong())
                .as("a shorter one would fail too")
                .isEmpty();
        assertThat(none(both, weighted(0)).limited()).isFalse();
        PolicySpec strict = new PolicySpec.Weighted(
                "strict", 0, 1, 0, Duration.ofSeconds(1), new Limits(Long.MAX_VALUE, 0.999, Duration.ofDays(1)));
        assertThat(none(ANY, strict).limited()).isTrue();
        assertThat(none(ANY, strict).tooLong()).isEmpty();
    }

    private NoCandidateException none(Query query, PolicySpec policy) {
        return catchThrowableOfType(
                NoCandidateException.class, () -> planner.plan(query, unembedded(), specialists(), Wish.of(policy)));
    }

    @Test
    void noCandidatesAtAllIsSaid() {
        assertThatThrownBy(() -> decide(unembedded(), List.of(), weighted(0)))
                .isInstanceOf(NoCandidateException.class)
                .hasMessageContaining("there are no candidates");
    }

    @Test
    void theFirstFallbackIsOnAnotherBackend() {
        List<ModelSpec> models = new ArrayList<>(specialists());
        models.add(model("third", 0.6, 1000));
        models.add(model("cloud", "cloud", new Price.Unknown(), card(0.2, Map.of())));
        Plan plan = decide(at(axis(MATH)), models, weighted(0)).plan();
        assertThat(plan)
                .isEqualTo(new Plan.Single(new ModelId("adder"), List.of(new ModelId("cloud"), new ModelId("third"))));
    }

    @Test
    void aCascadeClimbsFromCheapToStrong() {
        List<ModelSpec> models = List.of(
                model("strong", 0.95, 100_000),
                model("middle", 0.7, 10_000),
                model("weak", 0.4, 1000),
                model("waste", 0.3, 90_000));
        Wish wish = new Wish(weighted(0.01), Strategy.CASCADE, Aggregation.FIRST, 3);
        Decision decision = planner.plan(ANY, unembedded(), models, wish);
        assertThat(decision.plan().models()).extracting(ModelId::value).containsExactly("weak", "middle", "strong");
        assertThat(decision.selected()).hasToString("weak");
        assertThat(decision.reason()).contains("cascade of 3, first weak");
    }

    @Test
    void aFanOutAsksTheBest() {
        List<ModelSpec> models = List.of(model("a", 0.5, 1), model("b", 0.9, 1), model("c", 0.7, 1));
        Wish wish = new Wish(weighted(0), Strategy.FANOUT, Aggregation.VOTE, 2);
        Plan plan = planner.plan(ANY, unembedded(), models, wish).plan();
        assertThat(plan).isEqualTo(new Plan.FanOut(List.of(new ModelId("b"), new ModelId("c")), Aggregation.VOTE));
    }

    @Test
    void aNewGraphIsTakenAsAWhole() {
        planner.use(RoutingGraph.empty());
        assertThat(decide(at(axis(MATH)), specialists(), weighted(0)).snapshot())
                .isEqualTo("cards");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> GraphPlanner.open("/no/such/graph.json"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such/graph.json")
                .hasMessageContaining("routing.graph");
    }
}
