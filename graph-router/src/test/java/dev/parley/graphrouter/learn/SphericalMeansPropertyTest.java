package dev.parley.graphrouter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SphericalMeansPropertyTest {
    @Property(tries = 60)
    void clustersAreUnitLengthAndEveryPointHasOne(
            @ForAll @IntRange(min = 1, max = 60) int points,
            @ForAll @IntRange(min = 1, max = 20) int k,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] vectors = new float[points][];
        Arrays.setAll(vectors, i -> unit(random));
        SphericalMeans.Clusters clusters = new SphericalMeans(vectors).cluster(k, random);
        assertThat(clusters.centres().length).isBetween(1, Math.min(k, points));
        for (float[] centre : clusters.centres()) {
            assertThat(Dot.of(centre, centre)).isCloseTo(1, within(1e-3f));
        }
        assertThat(Arrays.stream(clusters.of()).distinct().count()).isEqualTo(clusters.centres().length);
        assertThat(clusters.of()).hasSize(points);
    }

    private static float[] unit(SplittableRandom random) {
        float[] v = new float[5];
        double square = 0;
        for (int d = 0; d < v.length; d++) {
            v[d] = (float) random.nextGaussian();
            square += v[d] * v[d];
        }
        for (int d = 0; d < v.length; d++) {
            v[d] /= (float) Math.sqrt(square);
        }
        return v;
    }
}
