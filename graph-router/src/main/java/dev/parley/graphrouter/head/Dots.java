package dev.parley.graphrouter.head;

/** Dot products with eight independent sums, so that they are not bound by the latency of one. */
final class Dots {
    private Dots() {}

    /** Of {@code b} with as many values of {@code a}. */
    static float dot(float[] a, int from, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i + 7 < b.length; i += 8) {
            int at = from + i;
            s0 += a[at] * b[i];
            s1 += a[at + 1] * b[i + 1];
            s2 += a[at + 2] * b[i + 2];
            s3 += a[at + 3] * b[i + 3];
            s4 += a[at + 4] * b[i + 4];
            s5 += a[at + 5] * b[i + 5];
            s6 += a[at + 6] * b[i + 6];
            s7 += a[at + 7] * b[i + 7];
        }
        for (; i < b.length; i++) {
            s0 += a[from + i] * b[i];
        }
        return s0 + s1 + (s2 + s3) + (s4 + s5) + (s6 + s7);
    }
}
