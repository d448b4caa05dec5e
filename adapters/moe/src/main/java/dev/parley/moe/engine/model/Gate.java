package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.Choice;
import dev.parley.moe.engine.gate.GateLog;
import dev.parley.moe.engine.tensor.Selection;
import java.util.Arrays;
import java.util.Set;

/**
 * Gathers by experts what the tokens of a batch choose, each by its own {@link dev.parley.moe.engine.gate.GateRule}. A null expert takes its
 * share and is then dropped: nobody hears of it. Scratch memory of one thread.
 */
final class Gate {
    private final int experts;
    private final Choice choice;
    private final float[] weights; // [experts], of the picked ones in their order
    private final int[][] tokens; // [expert][...]
    private final float[][] shares; // [expert][...]
    private final int[] counts;
    private final GateLog log;

    Gate(ModelShape shape, int capacity, GateLog log) {
        experts = shape.experts();
        choice = new Choice(shape.gating(), experts, shape.expertsUsed());
        weights = new float[experts];
        tokens = new int[experts][capacity];
        shares = new float[experts][capacity];
        counts = new int[experts];
        this.log = log;
    }

    /**
     * @param scores [live, experts]
     */
    void choose(Forward.Step step, Weights.Experts layer, float[] scores) {
        Arrays.fill(counts, 0);
        Selection live = step.live();
        for (int i = 0; i < live.size(); i++) {
            int token = live.rows()[i];
            Choice.Scores row = new Choice.Scores(step.layer(), scores, i * experts, layer.selectionBias());
            choice.choose(step.kernels(), row, step.batch().rule(token));
            choice.weigh(weights);
            int n = assign(i, layer.nulls());
            log.decided(step.layer(), choice.mass(), choice.picked(), n);
            step.batch().listener(token).chosen(step.layer(), choice.mass(), choice.picked(), n);
        }
    }

    /** Gives the number of those that compute, 0 or more, and moves them to the front of the picked. */
    private int assign(int i, Set<Integer> nulls) {
        int[] picked = choice.picked();
        int n = 0;
        for (int k = 0; k < choice.count(); k++) {
            int expert = picked[k];
            if (!nulls.contains(expert)) {
                int at = counts[expert]++;
                tokens[expert][at] = i;
                shares[expert][at] = weights[k];
                picked[n++] = expert;
            }
        }
        return n;
    }

    /** The tokens that chose this expert. */
    Selection tokensOf(int expert) {
        return new Selection(tokens[expert], counts[expert]);
    }

    /** Weights of the expert for {@link #tokensOf}, times {@code scale}. */
    float[] shares(int expert, float scale) {
        float[] scaled = new float[counts[expert]];
        for (int j = 0; j < scaled.length; j++) {
            scaled[j] = shares[expert][j] * scale;
        }
        return scaled;
    }
}
