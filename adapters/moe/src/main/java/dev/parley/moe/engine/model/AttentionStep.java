package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Softmax over what a sequence has kept, head by head and page by page, cut by heads among the crew. Owns the scores of every part; one
 * instance belongs to one computing thread.
 */
final class AttentionStep {
    /** What a multiplication takes here, in those of a matrix product: fewer lie side by side, and exponentials come with them. */
    private static final int WEIGHT = 8;

    private final List<Scores> scores = new ArrayList<>(); // by part

    /** What is done for head {@code h} of the {@code i}-th token that goes on; reads and writes nothing of other heads. */
    interface Work {
        void head(Scores scores, int i, int h);
    }

    /**
     * What is looked at.
     *
     * @param positions of the sequence, the token's own the last
     * @param window positions that are seen at most; 0 for all
     * @param sinks see {@link Weights.Heads}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Place(KvCache cache, int layer, int positions, int window, float[] sinks) {
        /** First position that is seen. */
        int first() {
            return window == 0 ? 0 : Math.max(0, positions - window);
        }

        /** First position of the first page that is looked at. */
        int start() {
            return first() / Kernels.PAGE * Kernels.PAGE;
        }

        private int inPage(int p) {
            return Math.min(Kernels.PAGE, positions - p);
        }
    }

    /** Where the {@code i}-th token that goes on looks. */
    static Place place(Forward.Step step, int i, int window, float[] sinks) {
        int t = step.live().rows()[i];
        return new Place(step.batch().cache(t), step.layer(), step.batch().position(t) + 1, window, sinks);
    }

    /**
     * Does the work of all heads of all tokens that go on.
     *
     * @param each multiplications of one token's heads with what one position has left
     */
    void share(Forward.Step step, int heads, long each, Work work) {
        int n = step.live().size();
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum += WEIGHT * each * (step.batch().position(step.live().rows()[i]) + 1);
        }
        int all = heads * n;
        int parts = Linear.parts(step.crew(), sum, all);
        while (scores.size() < parts) {
            scores.add(new Scores());
        }
        step.crew().share(parts, part -> {
            int end = (int) ((long) all * (part + 1) / parts);
            for (int next = (int) ((long) all * part / parts); next < end; next++) {
                work.head(scores.get(part), next / heads, next % heads);
            }
        });
    }

    /** A head's scores of a sequence. */
    static final class Scores {
        private float[] values = new float[Kernels.PAGE];

        /** head.out = values weighted by softmax(head.query . keys). */
        void attend(Kernels kernels, Place place, Kernels.Head head, int h) {
            grow(place);
            int start = place.start();
            for (int p = start; p < place.positions(); p += Kernels.PAGE) {
                float[] keys = place.cache().keyPage(place.layer(), p / Kernels.PAGE);
                kernels.scores(head, keys, place.inPage(p), values, p - start);
            }
            weigh(kernels, place, h);
            mix(kernels, place, head);
        }

        /** out.out = latents weighted by softmax(query.query . latents); both heads lie at a latent's beginning. */
        void attend(Kernels kernels, Place place, Kernels.Head query, Kernels.Head out) {
            grow(place);
            for (int p = 0; p < place.positions(); p += Kernels.PAGE) {
                float[] latents = place.cache().valuePage(place.layer(), p / Kernels.PAGE);
                kernels.scoresOfRows(query, latents, place.inPage(p), values, p);
            }
            kernels.softmax(values, place.positions());
            mix(kernels, place, out);
        }

        private void grow(Place place) {
            int size = Math.ceilDiv(place.positions(), Kernels.PAGE) * Kernels.PAGE;
            if (values.length <= size) {
                values = new float[Integer.highestOneBit(size) * 2 + 1];
            }
        }

        private void mix(Kernels kernels, Place place, Kernels.Head head) {
            Arrays.fill(head.out(), head.at(), head.at() + head.size(), 0);
            for (int p = place.start(); p < place.positions(); p += Kernels.PAGE) {
                float[] page = place.cache().valuePage(place.layer(), p / Kernels.PAGE);
                kernels.mix(head, page, place.inPage(p), values, p - place.start());
            }
        }

        /** Softmax over what is seen, and over the head's sink if there is one. */
        private void weigh(Kernels kernels, Place place, int h) {
            int n = place.positions() - place.start();
            Arrays.fill(values, 0, place.first() - place.start(), Float.NEGATIVE_INFINITY);
            boolean sink = place.sinks().length > 0;
            if (sink) {
                values[n] = place.sinks()[h];
            }
            kernels.softmax(values, sink ? n + 1 : n);
        }
    }
}
