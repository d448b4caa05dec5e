package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.RmsNorm;
import dev.parley.moe.engine.tensor.Selection;
import java.util.Arrays;

/**
 * Multi-head latent attention (DeepSeek-V2, arXiv:2405.04434, section 2.1), in the absorbed form: a head's key is {@code K c} of the latent
 * {@code c} and so {@code q . K c = (K' q) . c}; likewise the values' sum is {@code V} times the latents' sum. So latents are all that is
 * kept of a position and all that is looked at. H heads.
 */
final class LatentAttention implements Attention {
    private static final float[] NO_SINKS = {};

    private final ModelShape.Latent sizes;
    private final RmsNorm norm;
    private final RotaryTable rotary;
    private final AttentionStep heads = new AttentionStep();
    private final Activations narrowed; // [n, query rank]
    private final float[] q; // [n, H * size], of a head first what does not turn
    private final float[] latents; // [T, rank + turned]
    private final Activations plain; // [n * H, plain]
    private final float[][] byHead; // [H][n * rank] or [H][n * value]
    private final float[] queries; // [n * H, rank + turned]
    private final Activations mixed; // [n * H, rank]
    private final Activations values; // [n, H * value]

    LatentAttention(ModelShape shape, ModelShape.Latent sizes, int capacity) {
        this.sizes = sizes;
        norm = new RmsNorm(shape.epsilon());
        rotary = new RotaryTable(shape.rope());
        int h = sizes.heads();
        narrowed = new Activations(capacity, sizes.queryRank());
        q = new float[capacity * h * sizes.size()];
        latents = new float[capacity * sizes.width()];
        plain = new Activations(capacity * h, sizes.plain());
        byHead = new float[h][capacity * Math.max(sizes.rank(), sizes.value())];
        queries = new float[capacity * h * sizes.width()];
        mixed = new Activations(capacity * h, sizes.rank());
        values = new Activations(capacity, h * sizes.value());
    }

    @Override
    public void attend(Forward.Step step, Weights.Attention weights, Activations normed, float[] out) {
        Weights.Latent w = (Weights.Latent) weights;
        keep(step, w, normed);
        int n = step.live().size();
        if (n > 0) {
            ask(step, w, normed);
            absorb(step, w, n);
            mix(step);
            expand(step, w, n);
            step.times(w.output(), values, n, out);
        }
    }

    /** Keeps norm(c) and the turned key of every token. */
    private void keep(Forward.Step step, Weights.Latent w, Activations normed) {
        Selection all = Selection.first(step.batch().size());
        step.compute(new Linear.Product(w.latent(), normed, all, latents));
        for (int t = 0; t < all.size(); t++) {
            int at = t * sizes.width();
            int position = step.batch().position(t);
            norm.inPlace(step.kernels(), w.latentNorm(), latents, at);
            rotary.turn(latents, at + sizes.rank(), sizes.turned(), sizes.turned(), position);
            KvCache.Row row = new KvCache.Row(latents, at);
            step.batch().cache(t).put(step.layer(), position, row, row);
        }
    }

    /** q = queries of all heads, their last numbers turned. */
    private void ask(Forward.Step step, Weights.Latent w, Activations normed) {
        int n = step.live().size();
        if (w.queryDown().isPresent()) {
            Weights.Narrowed down = w.queryDown().get();
            step.compute(new Linear.Product(down.down(), normed, step.live(), narrowed.values()));
            for (int i = 0; i < n; i++) {
                norm.inPlace(step.kernels(), down.norm(), narrowed.values(), i * sizes.queryRank());
            }
            step.times(w.q(), narrowed, n, q);
        } else {
            step.compute(new Linear.Product(w.q(), normed, step.live(), q));
        }
        int width = sizes.heads() * sizes.size();
        for (int i = 0; i < n; i++) {
            int position = step.batch().position(step.live().rows()[i]);
            rotary.turn(q, i * width + sizes.plain(), width, sizes.size(), position);
        }
    }

    /** byHead = K' q of what does not turn. */
    private void absorb(Forward.Step step, Weights.Latent w, int n) {
        for (int row = 0; row < n * sizes.heads(); row++) {
            System.arraycopy(q, row * sizes.size(), plain.values(), row * sizes.plain(), sizes.plain());
        }
        step.kernels().quantise(plain, n * sizes.heads());
        Linear.Product[] products = new Linear.Product[sizes.heads()];
        Arrays.setAll(products, h -> new Linear.Product(w.keys().get(h), plain, rowsOf(h, n), byHead[h]));
        step.compute(products);
    }

    /** mixed = for each head: latents weighted by softmax(scale * (K' q . latent + turned q . turned key)). */
    private void mix(Forward.Step step) {
        int width = sizes.width();
        heads.share(step, sizes.heads(), sizes.multiplications(), (scores, i, h) -> {
            int row = i * sizes.heads() + h;
            System.arraycopy(byHead[h], i * sizes.rank(), queries, row * width, sizes.rank());
            System.arraycopy(
                    q, row * sizes.size() + sizes.plain(), queries, row * width + sizes.rank(), sizes.turned());
            for (int d = row * width; d < (row + 1) * width; d++) {
                queries[d] *= sizes.scale();
            }
            Kernels.Head query = new Kernels.Head(queries, queries, row * width, width, 0, width);
            Kernels.Head out = new Kernels.Head(queries, mixed.values(), row * sizes.rank(), sizes.rank(), 0, width);
            scores.attend(step.kernels(), AttentionStep.place(step, i, 0, NO_SINKS), query, out);
        });
    }

    /** values = V times what was mixed. */
    private void expand(Forward.Step step, Weights.Latent w, int n) {
        step.kernels().quantise(mixed, n * sizes.heads());
        Linear.Product[] products = new Linear.Product[sizes.heads()];
        Arrays.setAll(products, h -> new Linear.Product(w.values().get(h), mixed, rowsOf(h, n), byHead[h]));
        step.compute(products);
        int size = sizes.value();
        for (int row = 0; row < n * sizes.heads(); row++) {
            float[] from = byHead[row % sizes.heads()];
            System.arraycopy(from, row / sizes.heads() * size, values.values(), row * size, size);
        }
    }

    /** The rows of head {@code h} among those of all heads of n tokens. */
    private Selection rowsOf(int h, int n) {
        int[] rows = new int[n];
        Arrays.setAll(rows, i -> i * sizes.heads() + h);
        return new Selection(rows, n);
    }
}
