package dev.parley.routermodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.routermodels.testing.Golden;
import org.junit.jupiter.api.Test;

class ComplexityTest {

    /** The weights were trained on what Python computes. */
    @Test
    void equalsTheReferenceInPython() {
        for (Golden row : Golden.all()) {
            float[] own = Complexity.of(row.text());
            assertThat(own).hasSize(Complexity.SIZE);
            for (int i = 0; i < own.length; i++) {
                assertThat((double) own[i])
                        .as("value " + i + " of '" + row.text() + "'")
                        .isCloseTo(row.complexity()[i], within(1e-5));
            }
        }
    }

    @Test
    void whatAReaderSeesIsCounted() {
        float[] code = Complexity.of("```\ndef f(x):\n    return x\n```");
        assertThat(code[7]).isEqualTo(1);
        assertThat(Complexity.of("Write exactly 3 words, no more than 10 letters each.")[12])
                .isGreaterThan(Complexity.of("Write a poem.")[12]);
        assertThat(Complexity.of("x".repeat(100_000))).containsExactly(Complexity.of("x".repeat(4000)));
    }
}
