package dev.parley.graphrouter.lab.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.graphrouter.learn.Adam;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the formulas of the published GraphRouter come to, its known defects included. */
class PublishedNetworkTest {
    private static final int QUERIES = 12;
    private static final int MODELS = 3;
    private static final int DIMENSION = 5;

    private static float[][] drawn(int rows, SplittableRandom random) {
        float[][] vectors = new float[rows][DIMENSION];
        for (float[] vector : vectors) {
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        return vectors;
    }

    /** Every model answered every query; {@code score} is by query and model. */
    private static PublishedNetwork.Graph graph(float[] score) {
        SplittableRandom random = new SplittableRandom(1);
        float[][] told = new float[QUERIES * MODELS][];
        for (int e = 0; e < told.length; e++) {
            told[e] = new float[] {score[e], e % MODELS / 2f, score[e]};
        }
        return new PublishedNetwork.Graph(
                drawn(QUERIES, random),
                IntStream.range(0, QUERIES).map(q -> q % 2).toArray(),
                drawn(2, random),
                drawn(MODELS, random),
                IntStream.range(0, told.length).map(e -> e / MODELS).toArray(),
                IntStream.range(0, told.length).map(e -> e % MODELS).toArray(),
                told,
                score);
    }

    private static float[] scores() {
        SplittableRandom random = new SplittableRandom(2);
        float[] scores = new float[QUERIES * MODELS];
        for (int e = 0; e < scores.length; e++) {
            scores[e] = random.nextInt(2);
        }
        return scores;
    }

    private static boolean[] all(boolean value) {
        boolean[] all = new boolean[QUERIES * MODELS];
        Arrays.fill(all, value);
        return all;
    }

    /** Adam's first step is one of the same size against the sign of each slope: so it tells the signs, which differences of the loss check. */
    @Test
    void everyWeightStepsDownTheLoss() {
        PublishedNetwork.Graph graph = graph(scores());
        boolean[][] masks = new boolean[2][QUERIES * MODELS];
        for (int e = 0; e < QUERIES * MODELS; e++) {
            masks[0][e] = e % 2 == 0;
            masks[1][e] = e % 5 < 2;
        }
        int checked = 0;
        PublishedNetwork stepped = new PublishedNetwork(graph, 3);
        stepped.step(masks, all(true), 1e-4, 0);
        int matrices = stepped.weights().size();
        for (int i = 0; i < matrices; i++) {
            Adam moved = stepped.weights().get(i);
            for (int row = 0; row < moved.rows(); row++) {
                for (int column = 0; column < moved.row(row).length; column++) {
                    double slope = slope(graph, masks, i, row, column);
                    if (Math.abs(slope) > 2e-3) {
                        float before =
                                new PublishedNetwork(graph, 3).weights().get(i).row(row)[column];
                        assertThat(Math.signum(moved.row(row)[column] - before))
                                .as("matrix %d, row %d, column %d, slope %f", i, row, column, slope)
                                .isEqualTo((float) -Math.signum(slope));
                        checked++;
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(150);
    }

    private static double slope(PublishedNetwork.Graph graph, boolean[][] masks, int matrix, int row, int column) {
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            PublishedNetwork network = new PublishedNetwork(graph, 3);
            network.weights().get(matrix).row(row)[column] += side == 0 ? -5e-3f : 5e-3f;
            losses[side] = network.step(masks, all(true), 0, 0);
        }
        return (losses[1] - losses[0]) / 1e-2;
    }

    /** Defect (a): messages add up, so on a complete table which queries a model was good at makes no difference, only how often. */
    @Test
    void onACompleteTableAModelIsTheSumOfItsScores() {
        float[] scores = scores();
        float[] turned = new float[scores.length];
        for (int e = 0; e < scores.length; e++) {
            turned[e] = scores[(e + 3 * MODELS) % scores.length];
        }
        float[][] one = new PublishedNetwork(graph(scores), 4).models(all(true));
        float[][] other = new PublishedNetwork(graph(turned), 4).models(all(true));
        for (int m = 0; m < MODELS; m++) {
            assertThat(other[m]).containsExactly(one[m], within(1e-4f));
        }
        scores[0] = 1 - scores[0];
        float[][] better = new PublishedNetwork(graph(scores), 4).models(all(true));
        assertThat(better[0]).isNotEqualTo(one[0]);
        assertThat(better[1]).as("the other models' own vectors").containsExactly(one[1], within(1e-4f));
    }

    @Test
    void whatIsRememberedComesBack() {
        PublishedNetwork network = new PublishedNetwork(graph(scores()), 6);
        float[][] before = network.models(all(true));
        network.keep();
        boolean[][] masks = {all(false)};
        masks[0][1] = true;
        double first = network.step(masks, all(true), 0.01, 0);
        double last = first;
        for (int i = 0; i < 200; i++) {
            last = network.step(masks, all(true), 0.01, 0);
        }
        assertThat(last).as("it learns").isLessThan(first / 2);
        assertThat(network.models(all(true))[0]).isNotEqualTo(before[0]);
        network.recall();
        assertThat(network.models(all(true))).isDeepEqualTo(before);
    }
}
