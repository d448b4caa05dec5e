package dev.parley.gateway.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SequentialTest {
    @Test
    void theRatioOfEqualUnitsIsTheirMean() {
        // Three units of one request each, 1, 2 and 3: mean 2, standard error 1/sqrt(3).
        RatioMean mean = RatioMean.of(3, new double[] {3, 6, 14, 3, 6});
        assertThat(mean.mean()).isCloseTo(2, within(1e-12));
        assertThat(mean.standardError()).isCloseTo(1 / Math.sqrt(3), within(1e-12));
        assertThat(RatioMean.of(1, new double[] {1, 5, 25, 1, 5}).standardError())
                .isNaN();
    }

    @Test
    void theIntervalIsWiderThanAFixedOneAndShrinks() {
        double fixed = 1.96 / Math.sqrt(5_000);
        assertThat(Sequential.width(5_000, 0.05)).isBetween(fixed, 2 * fixed);
        assertThat(Sequential.width(50_000, 0.05)).isLessThan(Sequential.width(5_000, 0.05));
    }

    /** A/A: peeking 100 times at the same two arms must rarely cry wolf. A fixed interval would do so in about 40 %. */
    @Test
    void peekingKeepsTheErrorProbability() {
        Random random = new Random(7);
        int alarms = 0;
        for (int experiment = 0; experiment < 200; experiment++) {
            alarms += alarmed(random) ? 1 : 0;
        }
        assertThat(alarms).isLessThanOrEqualTo(10 + 9);
    }

    private static boolean alarmed(Random random) {
        double[][] sums = new double[2][5];
        for (int n = 1; n <= 10_000; n++) {
            for (double[] arm : sums) {
                double y = random.nextGaussian();
                arm[0]++;
                arm[1] += y;
                arm[2] += y * y;
                arm[3]++;
                arm[4] += y;
            }
            if (n % 100 == 0) {
                Sequential.Effect effect = Sequential.effect(RatioMean.of(n, sums[0]), RatioMean.of(n, sums[1]), 0.05);
                if (effect.low() > 0 || effect.high() < 0) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void sampleRatiosThatCannotBeChanceAreSeen() {
        assertThat(SampleRatio.pValue(new long[] {5_000, 5_050}, new double[] {0.5, 0.5}))
                .isGreaterThan(0.5);
        assertThat(SampleRatio.pValue(new long[] {5_000, 5_400}, new double[] {0.5, 0.5}))
                .isLessThan(SampleRatio.WARN_BELOW);
        assertThat(SampleRatio.pValue(new long[] {}, new double[] {})).isEqualTo(1);
    }

    @Test
    void chiSquareTailsAreTheTabulatedOnes() {
        assertThat(SampleRatio.upperTail(3.841, 1)).isCloseTo(0.05, within(1e-4));
        assertThat(SampleRatio.upperTail(5.991, 2)).isCloseTo(0.05, within(1e-4));
        assertThat(SampleRatio.upperTail(7.815, 3)).isCloseTo(0.05, within(1e-4));
        assertThat(SampleRatio.upperTail(9.488, 4)).isCloseTo(0.05, within(1e-4));
        assertThat(SampleRatio.upperTail(11.070, 5)).isCloseTo(0.05, within(1e-4));
    }
}
