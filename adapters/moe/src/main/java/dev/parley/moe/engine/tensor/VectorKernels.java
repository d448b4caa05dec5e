package dev.parley.moe.engine.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops over SIMD lanes. Loaded only where {@code jdk.incubator.vector} is present. */
final class VectorKernels implements Kernels {
    static final VectorKernels INSTANCE = new VectorKernels();

    private static final VectorSpecies<Float> F = Lanes.F;
    private static final int L = F.length();

    private VectorKernels() {}

    @Override
    public void quantise(Activations x, int at, int n) {
        if (!x.blocked()) {
            return;
        }
        for (int b = at / Activations.BLOCK; b < (at + n) / Activations.BLOCK; b++) {
            Lanes.quantise(x, b);
        }
    }

    @Override
    public void q8(Matrix.Q8 w, Span span, Activations x, Selection selection, float[] out) {
        VectorBytes.times(w, span, x, selection, out);
    }

    @Override
    public void q4(Matrix.Q4 w, Span span, Activations x, Selection selection, float[] out) {
        VectorNibbles.times(w, span, x, selection, out);
    }

    @Override
    public void f32(Matrix.F32 w, Span span, Activations x, Selection selection, float[] out) {
        int columns = w.columns();
        for (int i = 0; i < selection.size(); i++) {
            int from = selection.rows()[i] * columns;
            for (int r = span.from(); r < span.to(); r++) {
                FloatVector sum = FloatVector.zero(F);
                int c = 0;
                for (; c + L <= columns; c += L) {
                    FloatVector v = FloatVector.fromArray(F, w.values(), r * columns + c);
                    sum = v.fma(FloatVector.fromArray(F, x.values(), from + c), sum);
                }
                float total = Lanes.total(sum);
                for (; c < columns; c++) {
                    total += w.values()[r * columns + c] * x.values()[from + c];
                }
                out[i * w.rows() + r] = total;
            }
        }
    }

    @Override
    public float squares(float[] x, int at, int n) {
        FloatVector sum = FloatVector.zero(F);
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector v = FloatVector.fromArray(F, x, at + i);
            sum = v.fma(v, sum);
        }
        float total = Lanes.total(sum);
        for (; i < n; i++) {
            total += x[at + i] * x[at + i];
        }
        return total;
    }

    /** Lanes run over positions, so no sum crosses lanes; four vectors of positions at once hide the latency. */
    @Override
    public void scores(Head head, float[] keys, int n, float[] scores, int at) {
        for (int p = 0; p < n; p += 4 * L) {
            FloatVector a = FloatVector.zero(F);
            FloatVector b = FloatVector.zero(F);
            FloatVector c = FloatVector.zero(F);
            FloatVector d = FloatVector.zero(F);
            for (int i = 0; i < head.size(); i++) {
                FloatVector q = FloatVector.broadcast(F, head.query()[head.at() + i]);
                int k = (head.kvAt() + i) * PAGE + p;
                a = q.fma(FloatVector.fromArray(F, keys, k), a);
                b = q.fma(FloatVector.fromArray(F, keys, k + L), b);
                c = q.fma(FloatVector.fromArray(F, keys, k + 2 * L), c);
                d = q.fma(FloatVector.fromArray(F, keys, k + 3 * L), d);
            }
            a.intoArray(scores, at + p);
            b.intoArray(scores, at + p + L);
            c.intoArray(scores, at + p + 2 * L);
            d.intoArray(scores, at + p + 3 * L);
        }
    }

    /** Lanes run over a key; four keys at once share the query's vectors and hide the latency. */
    @Override
    public void scoresOfRows(Head head, float[] keys, int n, float[] scores, int at) {
        int p = 0;
        for (; p + 4 <= n; p += 4) {
            scoresOfFour(head, keys, p, scores, at);
        }
        for (; p < n; p++) {
            FloatVector sum = FloatVector.zero(F);
            int k = p * head.kvWidth() + head.kvAt();
            int i = 0;
            for (; i + L <= head.size(); i += L) {
                FloatVector q = FloatVector.fromArray(F, head.query(), head.at() + i);
                sum = q.fma(FloatVector.fromArray(F, keys, k + i), sum);
            }
            scores[at + p] = rest(head, keys, k, i, Lanes.total(sum));
        }
    }

    private static void scoresOfFour(Head head, float[] keys, int p, float[] scores, int at) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = FloatVector.zero(F);
        FloatVector c = FloatVector.zero(F);
        FloatVector d = FloatVector.zero(F);
        int width = head.kvWidth();
        int k = p * width + head.kvAt();
        int i = 0;
        for (; i + L <= head.size(); i += L) {
            FloatVector q = FloatVector.fromArray(F, head.query(), head.at() + i);
            a = q.fma(FloatVector.fromArray(F, keys, k + i), a);
            b = q.fma(FloatVector.fromArray(F, keys, k + width + i), b);
            c = q.fma(FloatVector.fromArray(F, keys, k + 2 * width + i), c);
            d = q.fma(FloatVector.fromArray(F, keys, k + 3 * width + i), d);
        }
        scores[at + p] = rest(head, keys, k, i, Lanes.total(a));
        scores[at + p + 1] = rest(head, keys, k + width, i, Lanes.total(b));
        scores[at + p + 2] = rest(head, keys, k + 2 * width, i, Lanes.total(c));
        scores[at + p + 3] = rest(head, keys, k + 3 * width, i, Lanes.total(d));
    }

    /** What is left of a product after whole vectors. */
    private static float rest(Head head, float[] keys, int k, int from, float sum) {
        float total = sum;
        for (int i = from; i < head.size(); i++) {
            total = Math.fma(head.query()[head.at() + i], keys[k + i], total);
        }
        return total;
    }

    @Override
    public void mix(Head head, float[] values, int n, float[] weights, int at) {
        int i = 0;
        for (; i + 4 * L <= head.size(); i += 4 * L) {
            mix4(head, values, new Weighting(weights, at, n), i);
        }
        for (; i < head.size(); i++) {
            float sum = head.out()[head.at() + i];
            for (int p = 0; p < n; p++) {
                sum = Math.fma(weights[at + p], values[p * head.kvWidth() + head.kvAt() + i], sum);
            }
            head.out()[head.at() + i] = sum;
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Weighting(float[] weights, int at, int n) {}

    private static void mix4(Head head, float[] values, Weighting w, int i) {
        float[] out = head.out();
        int o = head.at() + i;
        FloatVector a = FloatVector.fromArray(F, out, o);
        FloatVector b = FloatVector.fromArray(F, out, o + L);
        FloatVector c = FloatVector.fromArray(F, out, o + 2 * L);
        FloatVector d = FloatVector.fromArray(F, out, o + 3 * L);
        for (int p = 0; p < w.n(); p++) {
            FloatVector weight = FloatVector.broadcast(F, w.weights()[w.at() + p]);
            int v = p * head.kvWidth() + head.kvAt() + i;
            a = weight.fma(FloatVector.fromArray(F, values, v), a);
            b = weight.fma(FloatVector.fromArray(F, values, v + L), b);
            c = weight.fma(FloatVector.fromArray(F, values, v + 2 * L), c);
            d = weight.fma(FloatVector.fromArray(F, values, v + 3 * L), d);
        }
        a.intoArray(out, o);
        b.intoArray(out, o + L);
        c.intoArray(out, o + 2 * L);
        d.intoArray(out, o + 3 * L);
    }

    @Override
    public void softmax(float[] x, int n) {
        float largest = largest(x, 0, n);
        FloatVector sums = FloatVector.zero(F);
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector e = VectorExp.exp(FloatVector.fromArray(F, x, i).sub(largest));
            e.intoArray(x, i);
            sums = sums.add(e);
        }
        float sum = Lanes.total(sums);
        for (; i < n; i++) {
            x[i] = (float) Math.exp(x[i] - largest);
            sum += x[i];
        }
        for (i = 0; i < n; i++) {
            x[i] /= sum;
        }
    }

    @Override
    public double logSumExp(float[] x, int at, int n) {
        float largest = largest(x, at, n);
        FloatVector sums = FloatVector.zero(F);
        int i = 0;
        for (; i + L <= n; i += L) {
            sums = sums.add(VectorExp.exp(FloatVector.fromArray(F, x, at + i).sub(largest)));
        }
        double sum = Lanes.total(sums);
        for (; i < n; i++) {
            sum += Math.exp(x[at + i] - largest);
        }
        return largest + Math.log(sum);
    }

    private static float largest(float[] x, int at, int n) {
        FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i + L <= n; i += L) {
            most = most.max(FloatVector.fromArray(F, x, at + i));
        }
        float largest = most.reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            largest = Math.max(largest, x[at + i]);
        }
        return largest;
    }

    @Override
    public void gated(float[] gate, float[] up, int at, int n, float[] out) {
        int i = at;
        int end = at + n;
        for (; i + L <= end; i += L) {
            FloatVector g = FloatVector.fromArray(F, gate, i);
            FloatVector u = FloatVector.fromArray(F, up, i);
            g.div(VectorExp.exp(g.neg()).add(1f)).mul(u).intoArray(out, i);
        }
        for (; i < end; i++) {
            out[i] = gate[i] / (1 + (float) Math.exp(-gate[i])) * up[i];
        }
    }
}
