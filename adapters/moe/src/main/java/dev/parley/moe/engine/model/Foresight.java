package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Selection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Guesses the next layer's experts from this layer's input: the residual stream changes little from layer to layer, so the next gate says
 * nearly the same of it (Fate, arXiv:2502.12224). Only for layers whose experts come through an {@link ExpertCache}. Scratch memory of one
 * thread.
 */
final class Foresight {
    private final ModelShape shape;
    private final Activations normed; // [n, D]
    private final float[] scores; // [n, E]
    private final float[] mass; // [E]
    private final int[] picked; // [E]
    private final BitSet[] guessed; // by token of the batch
    private int layer = -1; // that the guess is for

    Foresight(ModelShape shape, int capacity) {
        this.shape = shape;
        normed = new Activations(capacity, shape.width());
        scores = new float[capacity * Math.max(1, shape.experts())];
        mass = new float[shape.experts()];
        picked = new int[shape.experts()];
        guessed = new BitSet[capacity];
        for (int t = 0; t < capacity; t++) {
            guessed[t] = new BitSet();
        }
    }

    /** A layer whose experts may have to be fetched. */
    static boolean worthwhile(Weights.Layer layer) {
        return layer.feedForward() instanceof Weights.Experts experts && experts.experts() instanceof ExpertCache.Layer;
    }

    /** The layer after the one that is computed. */
    record Next(Weights.Layer layer, int index) {}

    /**
     * @param live rows of the stream that go on
     * @param x the residual stream, [T, D]
     */
    void guess(Kernels kernels, TokenBatch batch, Selection live, float[] x, Next next) {
        if (!(next.layer().feedForward() instanceof Weights.Experts experts)
                || !(experts.experts() instanceof ExpertCache.Layer cached)) {
            return;
        }
        norm(kernels, live, x, next.layer().feedForwardNorm());
        Linear.compute(
                Crew.ALONE, kernels, new Linear.Product(experts.gate(), normed, Selection.first(live.size()), scores));
        BitSet any = new BitSet();
        for (int i = 0; i < live.size(); i++) {
            int token = live.rows()[i];
            GateRule rule = batch.rule(token);
            System.arraycopy(scores, i * mass.length, mass, 0, mass.length);
            rule.lean(next.index(), mass);
            kernels.softmax(mass, mass.length);
            int n = rule.pick(mass, shape.expertsUsed(), picked);
            guessed[token].clear();
            for (int k = 0; k < n; k++) {
                guessed[token].set(picked[k]);
            }
            any.or(guessed[token]);
        }
        List<Integer> wanted = new ArrayList<>();
        experts.nulls().forEach(any::clear);
        any.stream().forEach(wanted::add);
        cached.foresee(wanted);
        layer = next.index();
    }

    private void norm(Kernels kernels, Selection live, float[] x, float[] weight) {
        int width = shape.width();
        for (int i = 0; i < live.size(); i++) {
            int at = live.rows()[i] * width;
            float scale = (float) (1 / Math.sqrt(kernels.squares(x, at, width) / width + shape.epsilon()));
            for (int d = 0; d < width; d++) {
                normed.values()[i * width + d] = x[at + d] * scale * weight[d];
            }
        }
        kernels.quantise(normed, live.size());
    }

    /** What the gate has really chosen in a layer; counted if it was guessed. */
    void compare(int index, Weights.Experts experts, Selection live, Gate gate) {
        if (index != layer || !(experts.experts() instanceof ExpertCache.Layer cached)) {
            return;
        }
        int right = 0;
        int all = 0;
        for (int e = 0; e < mass.length; e++) {
            Selection tokens = gate.tokensOf(e);
            all += tokens.size();
            for (int j = 0; j < tokens.size(); j++) {
                right += guessed[live.rows()[tokens.rows()[j]]].get(e) ? 1 : 0;
            }
        }
        cached.cache().compared(right, all);
    }
}
