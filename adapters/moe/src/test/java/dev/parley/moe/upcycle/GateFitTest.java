package dev.parley.moe.upcycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GateFitTest {
    private static final int WIDTH = 12;
    private static final int EXPERTS = 3;

    private static float[] input(SplittableRandom random) {
        float[] x = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            x[i] = (float) (random.nextGaussian() + 0.3);
        }
        return x;
    }

    private static int largest(float[] gate, float[] x) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < EXPERTS; e++) {
            double score = score(gate, e, x);
            if (score > most) {
                most = score;
                best = e;
            }
        }
        return best;
    }

    private static double score(float[] gate, int expert, float[] x) {
        double sum = 0;
        for (int i = 0; i < WIDTH; i++) {
            sum += gate[expert * WIDTH + i] * x[i];
        }
        return sum;
    }

    /** Contributions are linear in the input but for some noise; so the gate must find the largest one nearly always, on inputs it has not seen. */
    @Test
    void foretellsTheLargestContribution() {
        SplittableRandom random = new SplittableRandom(7);
        float[] truth = new float[EXPERTS * WIDTH];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = (float) random.nextGaussian();
        }
        GateFit fit = new GateFit(WIDTH, EXPERTS);
        for (int n = 0; n < 2000; n++) {
            float[] x = input(random);
            double[] y = new double[EXPERTS];
            for (int e = 0; e < EXPERTS; e++) {
                y[e] = score(truth, e, x) + 0.5 * random.nextGaussian();
            }
            fit.add(x, 0, y);
        }
        float[] gate = fit.solve(0.01);
        int right = 0;
        double squares = 0;
        for (int n = 0; n < 1000; n++) {
            float[] x = input(random);
            right += largest(gate, x) == largest(truth, x) ? 1 : 0;
            for (int e = 0; e < EXPERTS; e++) {
                squares += Math.pow(score(gate, e, x), 2);
            }
        }
        assertThat(right).isGreaterThan(960);
        assertThat(Math.sqrt(squares / (1000 * EXPERTS))).isCloseTo(0.01, within(0.001));
    }

    @Test
    void withoutSamplesThereIsNoGate() {
        assertThatIllegalStateException().isThrownBy(() -> new GateFit(4, 2).solve(1));
    }
}
