package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.Fixtures;
import org.junit.jupiter.api.Test;

class NearestOutcomesTest {
    /** Two anchors of 10 outcomes each; the overall mean 0.5 is worth 4 more. */
    @Test
    void asManyAnchorsAsItTakes() {
        ByEmbedding.Said one = new NearestOutcomes(Fixtures.graph(), 10).of(axis(MATH));
        assertThat(one.quality()[0]).isCloseTo((10 * 1 + 4 * 0.5) / 14, within(1e-9));
        assertThat(one.quality()[1]).isCloseTo((10 * 0 + 4 * 0.5) / 14, within(1e-9));
        assertThat(one.evidence()).isEqualTo("the nearest 10 outcomes");
        ByEmbedding.Said both = new NearestOutcomes(Fixtures.graph(), 11).of(axis(MATH));
        assertThat(both.quality()).containsExactly(new double[] {0.5, 0.5}, within(1e-9));
        assertThat(both.evidence()).isEqualTo("the nearest 20 outcomes");
    }
}
