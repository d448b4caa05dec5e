package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.card;
import static dev.parley.graphrouter.Fixtures.model;
import static dev.parley.graphrouter.Fixtures.unembedded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Prediction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheapestTest {
    @Test
    void theLeastCostComesFirstAndAnUnknownPriceLast() {
        List<ModelSpec> models = List.of(
                model("dear", 0.9, 9000),
                model("unpriced", "local", new Price.Unknown(), card(0.99, Map.of())),
                model("cheap", 0.1, 1000),
                model("middling", 0.5, 4000));
        Decision decision = Setting.decide(
                Setting.router(new RouterSpec.Cheapest("cheapest"), models), Setting.ANY, unembedded(), models);
        assertThat(decision.router()).isEqualTo("cheapest");
        assertThat(decision.predictions())
                .extracting(p -> p.model().value())
                .containsExactly("cheap", "middling", "dear", "unpriced");
        assertThat(decision.predictions()).extracting(Prediction::quality).containsExactly(1.0, 0.375, 0.25, 0.125);
        assertThat(decision.reason()).contains("the cheapest");
    }
}
