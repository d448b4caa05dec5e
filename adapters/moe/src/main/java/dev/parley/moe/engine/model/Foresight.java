package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.Choice;
import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.RmsNorm;
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
    private final RmsNorm norm;
    private final int all; // experts
    private final Activations normed; // [n, D]
    private final float[] scores; // [n, E]
    private final Choice choice;
    private final BitSet[] guessed; // by token of the batch
    private int layer = -1; // that the guess is for

    Foresight(ModelShape shape, int capacity) {
        norm = new RmsNorm(shape.epsilon());
        all = shape.experts();
        normed = new Activations(capacity, shape.width());
        scores = new float[capacity * Math.max(1, shape.experts())];
        choice = new Choice(shape.gating(), shape.experts(), shape.expertsUsed());
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
        norm.rows(kernels, next.layer().feedForwardNorm(), x, live, normed);
        Linear.compute(
                Crew.ALONE, kernels, new Linear.Product(experts.gate(), normed, Selection.first(live.size()), scores));
        BitSet any = new BitSet();
        for (int i = 0; i < live.size(); i++) {
            int token = live.rows()[i];
            Choice.Scores row = new Choice.Scores(next.index(), scores, i * all, experts.selectionBias());
            choice.choose(kernels, row, batch.rule(token));
            guessed[token].clear();
            for (int k = 0; k < choice.count(); k++) {
                guessed[token].set(choice.picked()[k]);
            }
            any.or(guessed[token]);
        }
        List<Integer> wanted = new ArrayList<>();
        experts.nulls().forEach(any::clear);
        any.stream().forEach(wanted::add);
        cached.foresee(wanted);
        layer = next.index();
    }

    /** What the gate has really chosen in a layer; counted if it was guessed. */
    void compare(int index, Weights.Experts experts, Selection live, Gate gate) {
        if (index != layer || !(experts.experts() instanceof ExpertCache.Layer cached)) {
            return;
        }
        int right = 0;
        int chosen = 0;
        for (int e = 0; e < all; e++) {
            Selection tokens = gate.tokensOf(e);
            chosen += tokens.size();
            for (int j = 0; j < tokens.size(); j++) {
                right += guessed[live.rows()[tokens.rows()[j]]].get(e) ? 1 : 0;
            }
        }
        cached.cache().compared(right, chosen);
    }
}
