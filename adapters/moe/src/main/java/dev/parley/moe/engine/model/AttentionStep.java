package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;
import java.util.Arrays;

/** Scaled dot-product attention of one token over its sequence, page by page. Scratch memory of one thread. */
final class AttentionStep {
    private final ModelShape.Heads heads;
    private final float scale;
    private float[] scores = new float[Kernels.PAGE];

    AttentionStep(ModelShape shape) {
        heads = shape.heads();
        scale = (float) (1 / Math.sqrt(heads.size()));
    }

    /**
     * What is looked at.
     *
     * @param positions of the sequence, the token's own the last; of them those that {@code weights} lets it see
     */
    record Place(KvCache cache, int layer, int positions, Weights.Attention weights) {
        /** First position that is seen. */
        int first() {
            return weights.window() == 0 ? 0 : Math.max(0, positions - weights.window());
        }

        /** First position of the first page that is looked at. */
        int start() {
            return first() / Kernels.PAGE * Kernels.PAGE;
        }
    }

    /** out[at ..] = for heads {@code from} .. {@code to - 1}: values weighted by softmax(query . keys / sqrt(size)). */
    void mix(Kernels kernels, Place place, KvCache.Row query, float[] out, Heads which) {
        int pages = Math.ceilDiv(place.positions(), Kernels.PAGE);
        if (scores.length <= pages * Kernels.PAGE) {
            scores = new float[Integer.highestOneBit(pages * Kernels.PAGE) * 2 + 1];
        }
        float[] q = query.from();
        int begin = query.at() + which.from() * heads.size();
        int end = query.at() + which.to() * heads.size();
        for (int i = begin; i < end; i++) {
            q[i] *= scale;
        }
        Arrays.fill(out, begin, end, 0);
        int group = heads.query() / heads.shared();
        for (int h = which.from(); h < which.to(); h++) {
            int at = query.at() + h * heads.size();
            head(
                    kernels,
                    place,
                    new Kernels.Head(q, out, at, heads.size(), h / group * heads.size(), heads.sharedWidth()),
                    h);
        }
    }

    /** Heads {@code from} .. {@code to - 1}. */
    record Heads(int from, int to) {}

    private void head(Kernels kernels, Place place, Kernels.Head head, int h) {
        int start = place.start();
        for (int p = start; p < place.positions(); p += Kernels.PAGE) {
            float[] keys = place.cache().keyPage(place.layer(), p / Kernels.PAGE);
            kernels.scores(head, keys, Math.min(Kernels.PAGE, place.positions() - p), scores, p - start);
        }
        weigh(kernels, place, h);
        for (int p = start; p < place.positions(); p += Kernels.PAGE) {
            float[] values = place.cache().valuePage(place.layer(), p / Kernels.PAGE);
            kernels.mix(head, values, Math.min(Kernels.PAGE, place.positions() - p), scores, p - start);
        }
    }

    /** Softmax over what is seen, and over the head's sink if there is one. */
    private void weigh(Kernels kernels, Place place, int h) {
        int n = place.positions() - place.start();
        Arrays.fill(scores, 0, place.first() - place.start(), Float.NEGATIVE_INFINITY);
        float[] sinks = place.weights().sinks();
        if (sinks.length > 0) {
            scores[n] = sinks[h];
        }
        kernels.softmax(scores, sinks.length > 0 ? n + 1 : n);
    }
}
