package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Selection;
import dev.parley.moe.engine.tensor.Span;
import dev.parley.moe.engine.tensor.Tensors;

/**
 * A matrix and what is added to its products.
 *
 * @param bias [rows]; empty if nothing is added
 */
@SuppressWarnings("ArrayRecordComponent")
record Linear(Matrix weight, float[] bias) {
    private static final float[] NOTHING = {};
    /** Multiplications in a part at least: some microseconds, well above what handing it over costs. */
    private static final long SMALLEST = 1 << 16;

    /** Parts for each thread: more than one, since threads are not equally fast on a shared machine. */
    private static final int EACH = 6;

    static Linear plain(Matrix weight) {
        return new Linear(weight, NOTHING);
    }

    int rows() {
        return weight.rows();
    }

    /** The same with weights rounded to 4 bits. */
    Linear twin() {
        return new Linear(Tensors.fourBits(weight), bias);
    }

    /** Memory it takes. */
    long bytes() {
        return weight.bytes() + (long) Float.BYTES * bias.length;
    }

    /** As {@link Matrix#times}, with the bias. */
    void times(Kernels kernels, Span span, Activations x, Selection selection, float[] out) {
        weight.times(kernels, span, x, selection, out);
        for (int i = 0; bias.length > 0 && i < selection.size(); i++) {
            for (int r = span.from(); r < span.to(); r++) {
                out[i * bias.length + r] += bias[r];
            }
        }
    }

    /** What is computed row by row, each by itself. */
    interface Work {
        int rows();

        /** Rows that stay together, a multiple of {@link Span#ROWS}. */
        default int grain() {
            return Span.ROWS;
        }

        long multiplications();

        void compute(Kernels kernels, Span span);
    }

    /** out = w x over the selected rows of {@code x}. */
    @SuppressWarnings("ArrayRecordComponent")
    record Product(Linear w, Activations x, Selection selection, float[] out) implements Work {
        @Override
        public int rows() {
            return w.rows();
        }

        @Override
        public long multiplications() {
            return (long) w.rows() * x.width() * selection.size();
        }

        @Override
        public void compute(Kernels kernels, Span span) {
            w.times(kernels, span, x, selection, out);
        }
    }

    /**
     * Computes what need not wait for each other, cut by rows among the crew. No sum is cut, so the results are those of one thread bit
     * for bit.
     */
    static void compute(Crew crew, Kernels kernels, Work... works) {
        int groups = 0;
        long multiplications = 0;
        for (Work work : works) {
            groups += groups(work);
            multiplications += work.multiplications();
        }
        int all = groups;
        int parts = parts(crew, multiplications, all);
        int[] cuts = cuts(all, parts, parts < EACH * crew.threads() ? 1 : 1 - 0.5 / crew.threads());
        crew.share(parts, part -> part(kernels, works, cuts[part], cuts[part + 1]));
    }

    /**
     * Where parts begin and the last one ends. Each is {@code ratio} of the one before: the last ones, for which a thread may have to wait,
     * are small (guided self-scheduling, Polychronopoulos and Kuck 1987).
     */
    private static int[] cuts(int all, int parts, double ratio) {
        double total = 0;
        double next = 1;
        for (int i = 0; i < parts; i++) {
            total += next;
            next *= ratio;
        }
        int[] cuts = new int[parts + 1];
        double sum = 0;
        next = 1;
        for (int i = 1; i <= parts; i++) {
            sum += next;
            next *= ratio;
            cuts[i] = (int) Math.round(all * (sum / total));
        }
        return cuts;
    }

    /** Into how many parts work of so many multiplications is cut, when it can be cut into {@code most}. */
    static int parts(Crew crew, long work, int most) {
        return Math.clamp(work / SMALLEST, 1, Math.max(1, Math.min(most, EACH * crew.threads())));
    }

    private static int groups(Work work) {
        return Math.ceilDiv(work.rows(), work.grain());
    }

    /** Groups of rows {@code from} .. {@code to - 1}, counted through all works. */
    private static void part(Kernels kernels, Work[] works, int from, int to) {
        int at = 0;
        for (Work work : works) {
            int first = Math.max(from - at, 0);
            int last = Math.min(to - at, groups(work));
            if (first < last) {
                work.compute(kernels, new Span(first * work.grain(), Math.min(work.rows(), last * work.grain())));
            }
            at += groups(work);
        }
    }
}
