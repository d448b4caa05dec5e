package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.at;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.card;
import static dev.parley.graphrouter.Fixtures.model;
import static dev.parley.graphrouter.Fixtures.specialists;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviserTest {
    private static final List<ModelSpec> MODELS = specialists();

    private static Adviser adviser(String outOfScope) {
        var spec = new RouterSpec.Advised(
                "concierge",
                new ModelId("adder"),
                Optional.of(outOfScope).filter(id -> !id.isEmpty()).map(ModelId::new),
                Duration.ofSeconds(1));
        return (Adviser) Setting.router(spec, MODELS);
    }

    private static Decision decide(Router router) {
        return Setting.decide(router, Setting.ANY, at(axis(MATH)), MODELS);
    }

    private static Advice advice(String answer) {
        return Advice.read(answer, MODELS).orElseThrow();
    }

    @Test
    void unaskedItIsTheGraph() {
        assertThat(decide(adviser("")).router()).isEqualTo("graph");
    }

    @Test
    void followsAdviceAgainstTheGraph() {
        Decision decision = decide(adviser("").advised(advice("<Reason>Wisdom.</Reason>\n<ID> sage </ID>")));
        assertThat(decision.selected()).hasToString("sage");
        assertThat(decision.router()).isEqualTo("concierge");
        assertThat(decision.reason()).contains("named by adder");
    }

    @Test
    void whatSuitsNoneGoesToTheDeclaredModelOrTheGraph() {
        assertThat(decide(adviser("sage").advised(advice("<ID>oos</ID>"))).selected())
                .hasToString("sage");
        assertThat(decide(adviser("").advised(advice("<ID>oos</ID>"))).router()).isEqualTo("graph");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <ID>sage</ID><ID>adder</ID>       | sage, adder
            <id>adder</id> <ID>adder</ID>     | adder
            <ID>nobody</ID><ID>sage</ID>      | sage
            <ID>sage</ID><ID>oos</ID>         | sage
            sage                              | sage
            {"reason": "wise", "models": ["sage", "adder"]} | sage, adder
            """)
    void readsWhatModelsWrite(String answer, String models) {
        assertThat(advice(answer).models()).extracting(ModelId::value).containsExactly(models.split(", ", -1));
    }

    @ParameterizedTest
    @CsvSource({
        "I would ask the sage.",
        "<ID>nobody</ID>",
        "<ID>sage",
        "''",
        "{\"models\": [\"sa",
        "{\"models\": [\"nobody\"]}"
    })
    void whatCannotBeUnderstoodIsNoAdvice(String answer) {
        assertThat(Advice.read(answer, MODELS)).isEmpty();
    }

    @Test
    void aModelHeldToTheSchemaNamesCandidates() throws IOException {
        JsonNode items = new ObjectMapper().readTree(Adviser.schema(MODELS)).at("/properties/models/items/enum");
        assertThat(items).extracting(JsonNode::asText).containsExactly("adder", "sage", "oos");
        assertThat(adviser("").instructions(MODELS, true))
                .contains("{\"reason\"")
                .doesNotContain("<Reason>");
        assertThat(advice("{\"reason\": \"Not for us.\", \"models\": [\"oos\"]}"))
                .isEqualTo(new Advice(List.of(), "Not for us."));
    }

    @Test
    void namesAtMostThreeAndKeepsTheReasonShort() {
        List<ModelSpec> many = List.of(model("a", 1, 1), model("b", 1, 1), model("c", 1, 1), model("d", 1, 1));
        Advice advice = Advice.read(
                        "<ID>d</ID><ID>c</ID><ID>b</ID><ID>a</ID><Reason>" + "so ".repeat(1000) + "</Reason>", many)
                .orElseThrow();
        assertThat(advice.models()).extracting(ModelId::value).containsExactly("d", "c", "b");
        assertThat(advice.reason()).hasSize(500);
    }

    @Test
    void tellsWhatEachModelIsFor() {
        var price = new Price.PerToken(1, 1, 0, 0);
        ModelCard described = new ModelCard("Writes verse.", "", 0.5, Map.of(), 50, Duration.ZERO, 100);
        String told = adviser("")
                .instructions(
                        List.of(
                                model("poet", "b", price, described),
                                model("coder", "b", price, card(0.5, Map.of("math", 0.3, "code", 0.9))),
                                model("plain", "b", price, card(0.5, Map.of()))),
                        false);
        assertThat(told)
                .contains("<ID>poet</ID><Description>Writes verse.</Description>")
                .contains("<ID>coder</ID><Description>best at code, math</Description>")
                .contains("<ID>plain</ID><Description>a general model</Description>");
    }

    /** Nobody described them: their outcomes do. A model without outcomes is told by its card. */
    @Test
    void tellsWhatOutcomesSayOfAModelThatNobodyDescribed() {
        ModelSpec described = model(
                "sage",
                "b",
                new Price.PerToken(1, 1, 0, 0),
                new ModelCard("Knows.", "", 0.5, Map.of(), 50, Duration.ZERO, 100));
        assertThat(adviser("").instructions(List.of(MODELS.getFirst(), described), true))
                .contains(
                        "<ID>adder</ID><Description>answers 50 % of all questions well; better than the others at math"
                                + " (86 %); worse at facts (14 %)</Description>")
                .contains("<ID>sage</ID><Description>Knows.</Description>");
    }

    @Test
    void whoeverIsAsGoodAsTheOthersHasNoStrength() {
        Router even = Routers.of(
                new RouterSpec.Advised("even", new ModelId("adder"), Optional.empty(), Duration.ZERO),
                GraphPlanner.of(Fixtures.graph(10, 0.5f, 0.5f)),
                List.of(),
                query -> CompletableFuture.failedFuture(new IllegalStateException("nothing to embed")));
        assertThat(((Adviser) even).instructions(MODELS, true))
                .contains("<ID>adder</ID><Description>answers 50 % of all questions well</Description>");
    }
}
