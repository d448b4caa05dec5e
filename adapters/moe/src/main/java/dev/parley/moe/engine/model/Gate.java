package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Selection;
import java.util.Arrays;
import java.util.Set;

/**
 * Chooses experts: softmax over all, the k largest unless a token's {@link GateRule} says otherwise, their weights divided by their sum
 * (Mixtral, arXiv:2401.04088) or as they are (OLMoE). A null expert takes its share and is then dropped: nobody hears of it. Scratch
 * memory of one thread.
 */
final class Gate {
    private final Model model;
    private final int experts;
    private final int used;
    private final boolean ofChosen;
    private final float[] mass;
    private final int[] picked;
    private final int[][] tokens; // [expert][...]
    private final float[][] shares; // [expert][...]
    private final int[] counts;
    private final GateLog log;

    Gate(Model model, int capacity, GateLog log) {
        this.model = model;
        ModelShape shape = model.shape();
        experts = shape.experts();
        used = shape.expertsUsed();
        ofChosen = shape.shares() == Architecture.Shares.OF_CHOSEN;
        mass = new float[experts];
        picked = new int[experts];
        tokens = new int[experts][capacity];
        shares = new float[experts][capacity];
        counts = new int[experts];
        this.log = log;
    }

    /**
     * @param scores [live, experts]
     * @param live rows of the batch whose tokens choose
     */
    void choose(Kernels kernels, int layer, float[] scores, TokenBatch batch, Selection live) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < live.size(); i++) {
            int token = live.rows()[i];
            GateRule rule = batch.rule(token);
            System.arraycopy(scores, i * experts, mass, 0, experts);
            rule.lean(layer, mass);
            kernels.softmax(mass, experts);
            rule.remix().ifPresent(remix -> remix.apply(layer, mass));
            int chosen = rule.pick(mass, used, picked);
            float sum = ofChosen ? sum(chosen) : 1;
            int n = withoutNulls(layer, chosen);
            assign(i, n, sum);
            log.decided(layer, mass, picked, n);
            batch.listener(token).chosen(layer, mass, picked, n);
        }
    }

    private float sum(int n) {
        float sum = 0;
        for (int k = 0; k < n; k++) {
            sum += mass[picked[k]];
        }
        return sum;
    }

    /** Moves those that compute to the front of {@link #picked}; gives their number, 0 or more. */
    private int withoutNulls(int layer, int chosen) {
        Set<Integer> nulls = model.nullExperts(layer);
        if (nulls.isEmpty()) {
            return chosen;
        }
        int n = 0;
        for (int k = 0; k < chosen; k++) {
            if (!nulls.contains(picked[k])) {
                picked[n++] = picked[k];
            }
        }
        return n;
    }

    private void assign(int i, int n, float sum) {
        for (int k = 0; k < n; k++) {
            int expert = picked[k];
            int at = counts[expert]++;
            tokens[expert][at] = i;
            shares[expert][at] = mass[expert] / sum;
        }
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
