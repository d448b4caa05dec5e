package dev.parley.gateway.record;

import static dev.parley.gateway.record.Outcomes.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void theSavingIsAgainstTheDearestModelOverPricedRequests() {
        Statistics statistics = new Statistics(
                NOON.minusSeconds(480),
                NOON,
                List.of(
                        model("cheap", new Price.PerToken(1_000, 1_000, 0, 0)),
                        model("dear", new Price.PerToken(10_000, 20_000, 0, 0)),
                        model("riddle", new Price.Unknown())));
        statistics.add(fact("cheap", false, OptionalLong.of(15)));
        statistics.add(fact("riddle", true, OptionalLong.empty()));
        // 10 tokens in at 10 nano-USD and 5 out at 20; the unpriced request is left out on both sides.
        assertThat(statistics.json())
                .contains("\"saving\":{\"baseline\":\"dear\",\"baseline_nano_usd\":200,\"saved_nano_usd\":185}")
                .contains("\"requests\":2,\"errors\":1")
                .contains("\"unpriced\":1")
                .contains("\"by_model\":{\"cheap\":{\"requests\":1,");
    }

    @Test
    void percentilesAreNearestRank() {
        long[] sorted = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        assertThat(Statistics.percentile(sorted, 0.5)).isEqualTo(5);
        assertThat(Statistics.percentile(sorted, 0.95)).isEqualTo(10);
        assertThat(Statistics.percentile(new long[] {7}, 0.5)).isEqualTo(7);
        assertThat(Statistics.percentile(new long[0], 0.5)).isZero();
    }

    @Test
    void anEmptyWindowHasNoBaselineWithoutPrices() {
        assertThat(new Statistics(NOON, NOON, List.of()).json())
                .contains("\"saving\":{\"baseline\":\"\",\"baseline_nano_usd\":null,\"saved_nano_usd\":null}");
    }

    private static Statistics.Fact fact(String model, boolean failed, OptionalLong cost) {
        return new Statistics.Fact(
                OutcomeRow.micros(NOON), model, "cheap", failed, cost, Usage.of(10, 5), 100, 200, "off", "k", 0.9);
    }

    private static ModelSpec model(String id, Price price) {
        return new ModelSpec(
                new ModelId(id),
                "b",
                id,
                price,
                Set.of(Capability.CHAT),
                1_000,
                100,
                new ModelCard("", "", 0.5, Map.of(), 10, Duration.ofMillis(1), 100));
    }
}
