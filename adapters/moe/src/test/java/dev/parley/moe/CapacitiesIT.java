package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.BackendSpec;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.study.Capacity;
import dev.parley.moe.engine.study.Footprint;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the shipped models; speeds are measured here, and the same again where they are known. */
class CapacitiesIT {
    @Test
    void whatModelsTakeAndGive() {
        try (MoeRuntime runtime = MoeRuntime.start(new BackendSpec.Moe("local", "", 1, 8, 8))) {
            List<ModelCapacity> memory = runtime.capacities(false);
            assertThat(memory).extracting(ModelCapacity::name).containsExactlyElementsOf(runtime.modelNames());
            Footprint facts = Footprint.of(GgufReader.read(
                    "parley-facts",
                    MemorySegment.ofArray(ModelStore.shippedFile("parley-facts").orElseThrow())));
            assertThat(memory).allSatisfy(model -> assertThat(model.foretold()).isEmpty());
            assertThat(memory)
                    .filteredOn(model -> model.name().equals("parley-facts"))
                    .singleElement()
                    .satisfies(model -> {
                        assertThat(model.weightBytes()).isEqualTo(facts.memoryBytes());
                        assertThat(model.positionBytes()).isEqualTo(facts.positionBytes());
                        assertThat(model.activeBytes()).isLessThan(model.weightBytes());
                    });
            List<ModelCapacity> speed = runtime.capacities(true);
            assertThat(speed).allSatisfy(model -> {
                Capacity.Foretold foretold = model.foretold().orElseThrow();
                assertThat(foretold.after()).isEqualTo(model.contextTokens() / 2);
                assertThat(foretold.one()).isPositive();
                assertThat(foretold.eight()).isPositive();
                assertThat(foretold.prompt()).isPositive();
            });
            assertThat(runtime.capacities(false)).isEqualTo(speed);
        }
    }
}
