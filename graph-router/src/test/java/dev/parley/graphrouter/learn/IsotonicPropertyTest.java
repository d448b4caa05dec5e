package dev.parley.graphrouter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.calibrate.Curve;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class IsotonicPropertyTest {
    @Property
    void pooledValuesRiseAndKeepTheirMean(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int size) {
        double[] y = new SplittableRandom(seed).doubles(size).toArray();
        double[] ones = new double[y.length];
        Arrays.fill(ones, 1);
        double[] pooled = Isotonic.pooled(y, ones);
        assertThat(pooled).isSorted();
        assertThat(Arrays.stream(pooled).sum()).isCloseTo(Arrays.stream(y).sum(), within(1e-9));
        assertThat(Isotonic.pooled(pooled, ones)).containsExactly(pooled, within(1e-12));
    }

    @Example
    void weightsCount() {
        assertThat(Isotonic.pooled(new double[] {1, 0, 3}, new double[] {1, 3, 1}))
                .containsExactly(0.25, 0.25, 3);
    }

    /** The truth is the square of what is predicted. */
    @Example
    void whatPredictionsAreWorthIsFound() {
        Isotonic isotonic = new Isotonic();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 6000; i++) {
            double p = random.nextDouble();
            isotonic.add(p, random.nextDouble() < p * p ? 1 : 0);
        }
        for (double p = 0.1; p < 0.95; p += 0.1) {
            assertThat(isotonic.curve().at(p)).isCloseTo(p * p, within(0.05));
        }
    }

    /** Where predictions are right, the noise of few outcomes is not learnt. */
    @Example
    void rightPredictionsStay() {
        double error = 0;
        for (int run = 0; run < 20; run++) {
            Isotonic isotonic = new Isotonic();
            SplittableRandom random = new SplittableRandom(run);
            for (int i = 0; i < 300; i++) {
                double p = random.nextDouble();
                isotonic.add(p, random.nextDouble() < p ? 1 : 0);
            }
            Curve curve = isotonic.curve();
            for (double p = 0.1; p < 0.95; p += 0.2) {
                error += Math.abs(curve.at(p) - p) / 100;
            }
        }
        assertThat(error).isLessThan(0.03);
    }
}
