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

    /** What is looked at: the first {@code positions} of a layer of a cache. */
    record Place(KvCache cache, int layer, int positions) {}

    /** out[at ..] = for each head: values weighted by softmax(query . keys / sqrt(size)). */
    void mix(Kernels kernels, Place place, KvCache.Row query, float[] out) {
        int pages = Math.ceilDiv(place.positions(), Kernels.PAGE);
        if (scores.length < pages * Kernels.PAGE) {
            scores = new float[Integer.highestOneBit(pages * Kernels.PAGE) * 2];
        }
        float[] q = query.from();
        for (int i = query.at(); i < query.at() + heads.queryWidth(); i++) {
            q[i] *= scale;
        }
        Arrays.fill(out, query.at(), query.at() + heads.queryWidth(), 0);
        int group = heads.query() / heads.shared();
        for (int h = 0; h < heads.query(); h++) {
            int at = query.at() + h * heads.size();
            head(
                    kernels,
                    place,
                    new Kernels.Head(q, out, at, heads.size(), h / group * heads.size(), heads.sharedWidth()));
        }
    }

    private void head(Kernels kernels, Place place, Kernels.Head head) {
        for (int p = 0; p < place.positions(); p += Kernels.PAGE) {
            float[] keys = place.cache().keyPage(place.layer(), p / Kernels.PAGE);
            kernels.scores(head, keys, Math.min(Kernels.PAGE, place.positions() - p), scores, p);
        }
        kernels.softmax(scores, place.positions());
        for (int p = 0; p < place.positions(); p += Kernels.PAGE) {
            float[] values = place.cache().valuePage(place.layer(), p / Kernels.PAGE);
            kernels.mix(head, values, Math.min(Kernels.PAGE, place.positions() - p), scores, p);
        }
    }
}
