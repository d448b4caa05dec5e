package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.Fixtures;
import org.junit.jupiter.api.Test;

class ClustersTest {
    @Test
    void threeClustersSpeakByNearnessOverRank() {
        ClusterMix mix = ClusterMix.of(new float[] {0.1f, 0.9f, 0.5f, 0.8f});
        assertThat(mix.clusters()).containsExactly(1, 3, 2);
        double all = Math.exp(8.1) + Math.exp(7.2) / 2 + Math.exp(4.5) / 3;
        assertThat(mix.weights())
                .containsExactly(
                        new double[] {Math.exp(8.1) / all, Math.exp(7.2) / 2 / all, Math.exp(4.5) / 3 / all},
                        within(1e-6));
        assertThat(mix.mean(new double[][] {{9}, {1}, {0}, {0}})[0]).isCloseTo(mix.weights()[0], within(1e-12));
    }

    @Test
    void meansAreThoseOfTheClusters() {
        double[] quality = new Clusters(Fixtures.graph()).of(axis(MATH)).quality();
        double near = Math.exp(9) / (Math.exp(9) + 0.5);
        double right = (10 + 4 * 0.5) / 14;
        assertThat(quality[0]).isCloseTo(near * right + (1 - near) * (1 - right), within(1e-6));
    }
}
