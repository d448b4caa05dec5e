package dev.parley.moe.engine.tensor;

/**
 * The inner loops. A token's result never depends on which other tokens are computed along with it: each sum runs in the same order
 * for one token as for many. Stateless, thread-safe.
 */
public interface Kernels {
    /** Positions in a page of keys or values. */
    int PAGE = 64;

    /** Plain loops; right from the first call, while {@link #vector()} is slow until compiled. */
    static Kernels scalar() {
        return ScalarKernels.INSTANCE;
    }

    /** SIMD loops of the machine's width; the scalar ones if this JVM cannot have {@code jdk.incubator.vector}. */
    static Kernels vector() {
        return VectorModule.present() ? VectorKernels.INSTANCE : ScalarKernels.INSTANCE;
    }

    /** Rounds the first {@code rows} rows of {@code x} to 8 bits. */
    default void quantise(Activations x, int rows) {
        quantise(x, 0, rows * x.width());
    }

    /** Rounds {@code n} numbers from {@code at} on, whole {@link Activations#BLOCK blocks}; nothing where rows do not divide into these. */
    void quantise(Activations x, int at, int n);

    /** See {@link Matrix#times}. */
    void q8(Matrix.Q8 w, Span span, Activations x, Selection selection, float[] out);

    /** See {@link Matrix#times}. */
    void q4(Matrix.Q4 w, Span span, Activations x, Selection selection, float[] out);

    /** See {@link Matrix#times}. */
    void f32(Matrix.F32 w, Span span, Activations x, Selection selection, float[] out);

    /** Sum of squares of {@code x[at .. at + n]}. */
    float squares(float[] x, int at, int n);

    /** scores[at + p] = q . keys[.., p] for the first {@code n} positions of a page of keys [kvWidth, PAGE]; more may be written. */
    void scores(Head head, float[] keys, int n, float[] scores, int at);

    /** As {@link #scores}, of keys that lie one position after the other, [PAGE, kvWidth]; no more than {@code n} are written. */
    void scoresOfRows(Head head, float[] keys, int n, float[] scores, int at);

    /** out += sum over the first {@code n} positions of weights[at + p] * values[p, ..], a page of values [PAGE, kvWidth]. */
    void mix(Head head, float[] values, int n, float[] weights, int at);

    /** Softmax of {@code x[0 .. n]} in place. */
    void softmax(float[] x, int n);

    /** ln of the sum of exp over {@code x[at .. at + n]}. */
    double logSumExp(float[] x, int at, int n);

    /** out[i] = silu(gate[i]) * up[i] for i from {@code at} on, {@code n} numbers. */
    void gated(float[] gate, float[] up, int at, int n, float[] out);

    /**
     * One attention head of one token.
     *
     * @param query and {@code out} at {@code at} .. {@code at + size}
     * @param kvAt where the head's part begins within a position's keys and values
     * @param kvWidth of a position's keys or values over all heads
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Head(float[] query, float[] out, int at, int size, int kvAt, int kvWidth) {}
}
