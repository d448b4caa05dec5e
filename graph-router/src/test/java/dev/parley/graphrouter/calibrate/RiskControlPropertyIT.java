package dev.parley.graphrouter.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class RiskControlPropertyIT {
    /**
     * Exchangeable cases: any one of them is as likely the new one as any other. So the promise is that the mean over each in turn as the
     * new one keeps to what is tolerated, exactly and for any cases whatever, ties among the scores included.
     */
    @Property
    void theMeanLossOfANewCaseIsTolerated(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int cases,
            @ForAll @IntRange(min = 1, max = 40) int distinctScores,
            @ForAll @DoubleRange(min = 0.01, max = 0.9) double tolerated) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] scores = random.ints(cases, 0, distinctScores).asDoubleStream().toArray();
        double[] losses =
                random.doubles(cases).map(x -> x < 0.5 ? 0 : 2 * x - 1).toArray();
        double lost = 0;
        for (int one = 0; one < cases; one++) {
            OptionalDouble threshold = without(one, scores, losses).threshold(tolerated);
            lost += threshold.isPresent() && scores[one] <= threshold.getAsDouble() ? losses[one] : 0;
        }
        assertThat(lost / cases).isLessThanOrEqualTo(tolerated + 1e-12);
    }

    private static RiskControl without(int one, double[] scores, double[] losses) {
        int[] others = IntStream.range(0, scores.length).filter(i -> i != one).toArray();
        return new RiskControl(
                IntStream.of(others).mapToDouble(i -> scores[i]).toArray(),
                IntStream.of(others).mapToDouble(i -> losses[i]).toArray());
    }

    /** It is no better to do nothing: with many cases, what is tolerated is nearly used up. */
    @Property(tries = 50)
    void whatIsToleratedIsUsed(@ForAll long seed, @ForAll @DoubleRange(min = 0.05, max = 0.3) double tolerated) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 4000;
        double[] scores = random.doubles(n).toArray();
        double[] losses = IntStream.range(0, n)
                .mapToDouble(i -> random.nextDouble() < scores[i] ? 1 : 0)
                .toArray();
        double threshold = new RiskControl(scores, losses).threshold(tolerated).orElseThrow();
        assertThat(threshold * threshold / 2)
                .as("true loss up to there")
                .isBetween(0.85 * tolerated - 0.01, 1.15 * tolerated + 0.01);
    }

    /** Losses of 0 and 1, a share of {@code rate} at every score: acting on all is right as often as promised, and never otherwise. */
    @Property(tries = 20)
    void withConfidenceTheTrueLossIsToleratedInThatShareOfCalibrations(
            @ForAll long seed, @ForAll @DoubleRange(min = 0.6, max = 0.95) double confidence) {
        SplittableRandom random = new SplittableRandom(seed);
        int broken = 0;
        int calibrations = 400;
        for (int c = 0; c < calibrations; c++) {
            double[] scores = random.doubles(200).toArray();
            double[] losses = IntStream.range(0, 200)
                    .mapToDouble(i -> random.nextDouble() < scores[i] / 2 ? 1 : 0)
                    .toArray();
            double threshold =
                    new RiskControl(scores, losses).threshold(0.1, confidence).orElse(0);
            double until = Math.min(1, threshold);
            broken += until * until / 4 > 0.1 ? 1 : 0;
        }
        double spread = 3 * Math.sqrt(confidence * (1 - confidence) / calibrations);
        assertThat(broken / (double) calibrations).isLessThanOrEqualTo(1 - confidence + spread);
    }

    @Example
    void confidenceAsksForMoreThanTheMean() {
        double[] scores = IntStream.range(0, 1000).mapToDouble(i -> i).toArray();
        double[] losses =
                IntStream.range(0, 1000).mapToDouble(i -> i % 10 == 9 ? 1 : 0).toArray();
        RiskControl control = new RiskControl(scores, losses);
        double mean = control.threshold(0.05).orElseThrow();
        double sure = control.threshold(0.05, 0.95).orElseThrow();
        assertThat(sure).isLessThan(mean - 50).isGreaterThan(mean / 2);
        assertThat(control.threshold(0.05, 0.5).orElseThrow()).isBetween(sure, mean);
        assertThat(control.threshold(0.002, 0.95))
                .as("ln 20 / 1000 is more: too few cases")
                .isEmpty();
        assertThat(control.size()).isEqualTo(1000);
    }

    @Example
    void theFormula() {
        RiskControl control = new RiskControl(new double[] {3, 1, 2}, new double[] {1, 0, 0.5});
        assertThat(control.threshold(0.2)).as("(0 + 1) / 4 is more").isEmpty();
        assertThat(control.threshold(0.25).orElseThrow()).isEqualTo(Math.nextDown(2.0));
        assertThat(control.threshold(0.375).orElseThrow()).isEqualTo(Math.nextDown(3.0));
        assertThat(control.threshold(0.625).orElseThrow()).isInfinite();
        assertThat(new RiskControl(new double[0], new double[0]).threshold(0.5)).isEmpty();
        assertThatThrownBy(() -> new RiskControl(new double[] {1}, new double[] {1.5}))
                .hasMessageContaining("0..1");
        assertThatThrownBy(() -> new RiskControl(new double[] {1}, new double[0]))
                .hasMessageContaining("1 scores");
    }
}
