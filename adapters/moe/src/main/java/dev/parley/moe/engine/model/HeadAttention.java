package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.RmsNorm;
import dev.parley.moe.engine.tensor.Selection;

/** Scaled dot-product attention with keys and values of their own for each group of heads (GQA, arXiv:2305.13245). */
final class HeadAttention implements Attention {
    private final ModelShape.Heads heads;
    private final RmsNorm norm;
    private final RotaryTable rotary;
    private final AttentionStep attention = new AttentionStep();
    private final float scale;
    private final float[] q; // [n, Q]
    private final float[] k; // [T, K]
    private final float[] v; // [T, K]
    private final Activations mixed; // [n, Q]

    HeadAttention(ModelShape shape, ModelShape.Heads heads, int capacity) {
        this.heads = heads;
        norm = new RmsNorm(shape.epsilon());
        rotary = new RotaryTable(shape.rope());
        scale = (float) (1 / Math.sqrt(heads.size()));
        q = new float[capacity * heads.queryWidth()];
        k = new float[capacity * heads.sharedWidth()];
        v = new float[capacity * heads.sharedWidth()];
        mixed = new Activations(capacity, heads.queryWidth());
    }

    @Override
    public void attend(Forward.Step step, Weights.Attention weights, Activations normed, float[] out) {
        Weights.Heads w = (Weights.Heads) weights;
        Selection all = Selection.first(step.batch().size());
        step.compute(
                new Linear.Product(w.k(), normed, all, k),
                new Linear.Product(w.v(), normed, all, v),
                new Linear.Product(w.q(), normed, step.live(), q));
        keep(step, w);
        int n = step.live().size();
        if (n > 0) {
            mix(step, w, n);
            step.compute(new Linear.Product(w.output(), mixed, Selection.first(n), out));
        }
    }

    /** Norms and turns keys, and keeps them and the values. */
    private void keep(Forward.Step step, Weights.Heads w) {
        int width = heads.sharedWidth();
        headNorm(step.kernels(), w.keyNorm(), k, step.batch().size() * width);
        for (int t = 0; t < step.batch().size(); t++) {
            int position = step.batch().position(t);
            rotary.turn(k, t * width, width, heads.size(), position);
            step.batch()
                    .cache(t)
                    .put(step.layer(), position, new KvCache.Row(k, t * width), new KvCache.Row(v, t * width));
        }
    }

    /** mixed = for each head: values weighted by softmax(query . keys / sqrt(size)); rounded. */
    private void mix(Forward.Step step, Weights.Heads w, int n) {
        int width = heads.queryWidth();
        headNorm(step.kernels(), w.queryNorm(), q, n * width);
        for (int i = 0; i < n; i++) {
            rotary.turn(
                    q,
                    i * width,
                    width,
                    heads.size(),
                    step.batch().position(step.live().rows()[i]));
        }
        int group = heads.query() / heads.shared();
        boolean blocks = heads.size() % Activations.BLOCK == 0;
        attention.share(step, heads.query(), heads.multiplications(), (scores, i, h) -> {
            int at = i * width + h * heads.size();
            for (int d = at; d < at + heads.size(); d++) {
                q[d] *= scale;
            }
            Kernels.Head head = new Kernels.Head(
                    q, mixed.values(), at, heads.size(), h / group * heads.size(), heads.sharedWidth());
            scores.attend(step.kernels(), AttentionStep.place(step, i, w.window(), w.sinks()), head, h);
            if (blocks) {
                step.kernels().quantise(mixed, at, heads.size());
            }
        });
        if (!blocks) {
            step.kernels().quantise(mixed, n);
        }
    }

    /** Norms each head, or all heads of a row together, by the number of weights. */
    private void headNorm(Kernels kernels, float[] weight, float[] rows, int n) {
        for (int at = 0; weight.length > 0 && at < n; at += weight.length) {
            norm.inPlace(kernels, weight, rows, at);
        }
    }
}
