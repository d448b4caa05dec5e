package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Selection;
import java.util.Arrays;

/**
 * Chooses experts: softmax over all, the k largest, their weights divided by their sum (Mixtral, arXiv:2401.04088). Scratch memory of
 * one thread.
 */
final class Gate {
    private final int experts;
    private final int used;
    private final float[] mass;
    private final int[] picked;
    private final int[][] tokens; // [expert][...]
    private final float[][] shares; // [expert][...]
    private final int[] counts;
    private final GateLog log;

    Gate(ModelShape shape, int capacity, GateLog log) {
        experts = shape.experts();
        used = shape.expertsUsed();
        mass = new float[experts];
        picked = new int[used];
        tokens = new int[experts][capacity];
        shares = new float[experts][capacity];
        counts = new int[experts];
        this.log = log;
    }

    /**
     * @param scores [n, experts]
     */
    void choose(Kernels kernels, int layer, float[] scores, int n) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < n; i++) {
            System.arraycopy(scores, i * experts, mass, 0, experts);
            kernels.softmax(mass, experts);
            pick(i);
            log.decided(layer, mass, picked);
        }
    }

    private void pick(int i) {
        float sum = 0;
        for (int k = 0; k < used; k++) {
            int best = best(k);
            picked[k] = best;
            sum += mass[best];
        }
        for (int expert : picked) {
            int at = counts[expert]++;
            tokens[expert][at] = i;
            shares[expert][at] = mass[expert] / sum;
        }
    }

    /** The heaviest expert not among the first {@code taken} picks. */
    private int best(int taken) {
        int best = -1;
        for (int e = 0; e < experts; e++) {
            if (!isPicked(e, taken) && (best < 0 || mass[e] > mass[best])) {
                best = e;
            }
        }
        return best;
    }

    private boolean isPicked(int expert, int taken) {
        for (int k = 0; k < taken; k++) {
            if (picked[k] == expert) {
                return true;
            }
        }
        return false;
    }

    /** The tokens that chose this expert. */
    Selection tokensOf(int expert) {
        return new Selection(tokens[expert], counts[expert]);
    }

    /** Weight of the expert for the {@code j}-th of {@link #tokensOf}. */
    float share(int expert, int j) {
        return shares[expert][j];
    }
}
