package dev.parley.graphrouter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.calibrate.Recalibration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Models whose true chances are known, predicted with noise: the cheapest one predicted to suffice is the most flattered one. */
class RecalibratorTest {
    private static final int MODELS = 8;

    @SuppressWarnings("ArrayRecordComponent")
    private record World(double[][] predicted, double[][] score, double[][] truth, int[] taskOf) {}

    /** Model m costs m; the better are dearer. Chances lie around 0.6 to 0.9, predictions within 0.15 of them. */
    private static World world(int queries, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        World world = new World(
                new double[queries][MODELS],
                new double[queries][MODELS],
                new double[queries][MODELS],
                new int[queries]);
        for (int q = 0; q < queries; q++) {
            double hard = random.nextDouble(-0.15, 0.15);
            for (int m = 0; m < MODELS; m++) {
                double truth = Math.clamp(0.6 + 0.04 * m + hard, 0.0, 1.0);
                world.truth[q][m] = truth;
                world.predicted[q][m] = Math.clamp(truth + random.nextDouble(-0.15, 0.15), 0.0, 1.0);
                world.score[q][m] = random.nextDouble() < truth ? 1 : 0;
            }
        }
        return world;
    }

    /** Mean true chance of the cheapest model that is predicted to suffice. */
    private static double got(World world, Recalibration recalibration, double asked) {
        double bar = recalibration.sufficient(asked);
        double sum = 0;
        int n = 0;
        for (int q = 0; q < world.score.length; q++) {
            for (int m = 0; m < MODELS; m++) {
                if (recalibration.quality(m, 0, world.predicted[q][m]) >= bar) {
                    sum += world.truth[q][m];
                    n++;
                    break;
                }
            }
        }
        assertThat(n).as("queries with a sufficient model").isGreaterThan(world.score.length / 20);
        return sum / n;
    }

    private static Recalibration learnt(World world) {
        return new Recalibrator(world.taskOf, world.predicted, world.score).fit(1, MODELS);
    }

    @Test
    void whatIsAskedForIsGot() {
        World unseen = world(4000, 2);
        Recalibration recalibration = learnt(world(4000, 1));
        assertThat(got(unseen, Recalibration.NONE, 0.8))
                .as("taken at their word")
                .isLessThan(0.78);
        for (double asked : new double[] {0.7, 0.75, 0.8}) {
            assertThat(got(unseen, recalibration, asked)).isGreaterThan(asked - 0.01);
        }
        assertThat(got(unseen, recalibration, 0.8)).as("no dearer than needed").isLessThan(0.84);
    }

    @Test
    void fewOutcomesAreJudgedByTheirTaskThenByAll() {
        World world = world(900, 3);
        for (int q = 0; q < 900; q++) {
            world.taskOf[q] = q < 880 ? 0 : 1;
            Arrays.fill(world.score[q], q < 150 ? 0 : 1, MODELS, Double.NaN); // only the first model answered them all
        }
        Recalibration learnt = new Recalibrator(world.taskOf, world.predicted, world.score).fit(2, MODELS);
        assertThat(learnt.knows(0)).isTrue();
        assertThat(learnt.knows(1)).as("150 outcomes").isFalse();
        assertThat(learnt.tasks().get(0).isNone()).isFalse();
        assertThat(learnt.tasks().get(1).isNone()).as("20 queries").isTrue();
        assertThat(learnt.overall().isNone()).isFalse();
        assertThat(learnt.quality(1, 1, 0.5)).isEqualTo(learnt.overall().at(0.5));
    }

    @Test
    void nothingIsLearntFromTooLittle() {
        Recalibration learnt = learnt(world(20, 4));
        assertThat(learnt.quality(0, 0, 0.7)).isCloseTo(0.7, within(1e-9));
        assertThat(learnt.sufficient(0.7)).isCloseTo(0.7, within(1e-9));
    }
}
