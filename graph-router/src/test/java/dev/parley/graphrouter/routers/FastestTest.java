package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.unembedded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelCard;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Fixtures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FastestTest {
    private static ModelSpec model(String id, double quality, int milliseconds) {
        ModelCard card = new ModelCard("", "", quality, Map.of(), 50, Duration.ofMillis(milliseconds), 1000);
        return Fixtures.model(id, "local", new Price.PerToken(1, 1, 0, 0), card);
    }

    @Test
    void theLeastLatencyComesFirst() {
        List<ModelSpec> models = List.of(model("slow", 0.9, 900), model("quick", 0.2, 90), model("middling", 0.5, 300));
        Decision decision = Setting.decide(
                Setting.router(new RouterSpec.Fastest("fastest"), models), Setting.ANY, unembedded(), models);
        assertThat(decision.router()).isEqualTo("fastest");
        assertThat(decision.predictions())
                .extracting(p -> p.model().value())
                .containsExactly("quick", "middling", "slow");
    }
}
