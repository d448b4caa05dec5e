package dev.parley.moe.engine.remix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** By hand. */
class RemixTest {
    private static final GateReferences REFERENCES =
            new GateReferences(Map.of(1, new float[][] {{0.6f, 0.4f, 0}, {0, 0, 1}, {0.8f, 0, 0.2f}}));

    private static float[] mixed(int layer, int neighbours, float weight, float... mass) {
        new Remix(REFERENCES, neighbours, weight).apply(layer, mass);
        return mass;
    }

    @Test
    void theNearestTakesItsShare() {
        assertThat(mixed(1, 1, 0.5f, 0.5f, 0.5f, 0)).containsExactly(new float[] {0.55f, 0.45f, 0}, within(1e-6f));
        assertThat(mixed(1, 1, 1, 0.1f, 0.1f, 0.8f)).containsExactly(new float[] {0, 0, 1}, within(1e-6f));
    }

    /** Squared distances of 0.02 and 0.38 and so a mean of 0.2: kernels exp(-0.05) and exp(-0.95). */
    @Test
    void nearerOnesCountMore() {
        double near = Math.exp(-0.05);
        double far = Math.exp(-0.95);
        float first = (float) ((0.6 * near + 0.8 * far) / (near + far));
        float third = (float) (0.2 * far / (near + far));
        assertThat(mixed(1, 2, 1, 0.5f, 0.5f, 1e-12f))
                .containsExactly(new float[] {first, 1 - first - third, third}, within(1e-6f));
    }

    @Test
    void whatIsMaskedStaysOutAndTheRestSumsToOne() {
        float[] mass = mixed(1, 1, 0.5f, 0, 0.7f, 0.3f);
        assertThat(mass[0]).isZero();
        assertThat(mass[1] + mass[2]).isCloseTo(1, within(1e-6f));
        assertThat(mixed(1, 1, 1, 0, 1e-3f, 0.999f)[0]).isZero();
    }

    @Test
    void otherLayersStayAsTheyAre() {
        assertThat(mixed(0, 3, 1, 0.5f, 0.5f, 0)).containsExactly(0.5f, 0.5f, 0);
        assertThat(REFERENCES.count(0, 3)).isZero();
        assertThat(REFERENCES.count(1, 3)).isEqualTo(3);
    }
}
