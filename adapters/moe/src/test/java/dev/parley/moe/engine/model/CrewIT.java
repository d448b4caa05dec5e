package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A step on several threads. */
class CrewIT {
    @ParameterizedTest
    @CsvSource({"heads, F32", "heads, Q8_0", "heads, Q4_0", "latents, F32", "latents, Q8_0"})
    void aCrewComputesTheSameBits(String attention, String storage) throws Exception {
        Model model = Mixtures.of(attention, storage);
        int[] tokens = ForwardTest.tokens(150, 9);
        float[] alone = ForwardTest.logits(Kernels.vector(), Crew.ALONE, new Forward(model, 64), tokens, 64);
        Crew crew = new Crew(3);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> helpers = Stream.generate(() -> Thread.ofPlatform().start(() -> crew.idle(over::get)))
                .limit(2)
                .toList();
        for (int round = 0; round < 5; round++) {
            assertThat(ForwardTest.logits(Kernels.vector(), crew, new Forward(model, 64), tokens, 64))
                    .isEqualTo(alone);
        }
        over.set(true);
        crew.wake();
        for (Thread helper : helpers) {
            assertThat(helper.join(Duration.ofSeconds(30))).isTrue();
        }
    }
}
