package dev.parley.graphrouter.calibrate;

/**
 * A rising piecewise linear function of 0..1 into 0..1, given by its corners; beyond the first and the last it goes on with slope 1.
 * Arrays must not be changed.
 *
 * @param from [corners], ascending
 * @param to [corners], not falling
 */
@SuppressWarnings("ArrayRecordComponent")
public record Curve(float[] from, float[] to) {
    /** Nothing is known. */
    public static final Curve NONE = new Curve(new float[0], new float[0]);

    /** What goes in comes out. */
    public static final Curve SAME = new Curve(new float[] {0, 1}, new float[] {0, 1});

    public Curve {
        if (from.length != to.length) {
            throw new IllegalArgumentException("a curve has " + from.length + " x but " + to.length + " y");
        }
        for (int i = 0; i < from.length; i++) {
            boolean within = from[i] >= 0 && from[i] <= 1 && to[i] >= 0 && to[i] <= 1;
            if (!within || (i > 0 && (from[i] <= from[i - 1] || to[i] < to[i - 1]))) {
                throw new IllegalArgumentException("a curve rises within 0..1, but corner " + i + " does not");
            }
        }
    }

    public boolean isNone() {
        return from.length == 0;
    }

    /** The value at x, 0..1; x itself if nothing is known. */
    public double at(double x) {
        int last = from.length - 1;
        if (last < 0) {
            return x;
        }
        if (x <= from[0] || x >= from[last]) {
            int end = x <= from[0] ? 0 : last;
            return Math.clamp(to[end] + x - from[end], 0.0, 1.0);
        }
        int right = 1;
        while (from[right] < x) {
            right++;
        }
        double share = (x - from[right - 1]) / (from[right] - from[right - 1]);
        return to[right - 1] + share * (to[right] - to[right - 1]);
    }
}
