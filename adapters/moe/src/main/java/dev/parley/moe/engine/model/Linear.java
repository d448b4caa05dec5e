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
    private static final int EACH = 4;

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

    /** out = w x over the selected rows of {@code x}. */
    @SuppressWarnings("ArrayRecordComponent")
    record Product(Linear w, Activations x, Selection rows, float[] out) {
        private int groups() {
            return Math.ceilDiv(w.rows(), Span.ROWS);
        }

        private void compute(Kernels kernels, int from, int to) {
            Span span = new Span(from * Span.ROWS, Math.min(w.rows(), to * Span.ROWS));
            w.times(kernels, span, x, rows, out);
        }
    }

    /**
     * Computes products that need not wait for each other, cut by their rows among the crew. No sum is cut, so the results are those of
     * one thread bit for bit.
     */
    static void compute(Crew crew, Kernels kernels, Product... products) {
        int groups = 0;
        long work = 0;
        for (Product product : products) {
            groups += product.groups();
            work += (long) product.w().rows()
                    * product.x().width()
                    * product.rows().size();
        }
        int all = groups;
        int parts = parts(crew, work, all);
        crew.share(
                parts,
                part -> part(
                        kernels, products, (int) ((long) all * part / parts), (int) ((long) all * (part + 1) / parts)));
    }

    /** Into how many parts work of so many multiplications is cut, when it can be cut into {@code most}. */
    static int parts(Crew crew, long work, int most) {
        return Math.clamp(work / SMALLEST, 1, Math.max(1, Math.min(most, EACH * crew.threads())));
    }

    /** Groups of rows {@code from} .. {@code to - 1}, counted through all products. */
    private static void part(Kernels kernels, Product[] products, int from, int to) {
        int at = 0;
        for (Product product : products) {
            int first = Math.max(from - at, 0);
            int last = Math.min(to - at, product.groups());
            if (first < last) {
                product.compute(kernels, first, last);
            }
            at += product.groups();
        }
    }
}
