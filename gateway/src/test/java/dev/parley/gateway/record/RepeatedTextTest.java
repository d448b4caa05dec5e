package dev.parley.gateway.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepeatedTextTest {
    private final RepeatedText repeated = new RepeatedText();

    @Test
    void timesReadAsTheirInstants() {
        Random random = new Random(5);
        long[] grains = {1, 1_000, 1_000_000, 100_000_000, 1_000_000_000};
        for (int i = 0; i < 5000; i++) {
            long grain = grains[random.nextInt(grains.length)];
            long nanos = random.nextLong(1_000_000_000L) / grain * grain;
            Instant at = Instant.ofEpochSecond(
                    1_790_000_000L + random.nextInt(3) - (i % 7 == 0 ? 3_000_000_000L : 0), nanos);
            assertThat(repeated.of(at)).isEqualTo(at.toString());
        }
    }

    @Test
    void decisionsReadAsIfWrittenAnew() {
        for (int round = 0; round < 2; round++) {
            for (int m = 0; m < 300; m++) {
                for (List<ModelId> fallbacks : List.of(List.<ModelId>of(), List.of(new ModelId("other")))) {
                    Decision named = Decision.direct(new ModelId("m" + m), fallbacks);
                    assertThat(repeated.of(named)).isEqualTo(OutcomeJson.text(named));
                }
            }
        }
        Decision routed = Outcomes.outcome("1").decision();
        assertThat(repeated.of(routed)).isEqualTo(OutcomeJson.text(routed)).contains("candidates");
    }
}
