package dev.parley.gateway.observe;

import java.time.Duration;
import java.util.Arrays;

/** Bounds of the histograms. Source: OpenTelemetry's GenAI conventions, and console.md section 2 for our own. */
final class Buckets {
    private static final double[] OPERATION = {
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92
    };
    private static final double[] OVERHEAD = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
    private static final int TOKEN_BOUNDS = 14;

    private Buckets() {}

    static Duration[] operation() {
        return seconds(OPERATION);
    }

    static Duration[] overhead() {
        return seconds(OVERHEAD);
    }

    /** 1, 4, 16 ... 4^13. */
    static double[] tokens() {
        double[] bounds = new double[TOKEN_BOUNDS];
        for (int i = 0; i < TOKEN_BOUNDS; i++) {
            bounds[i] = Math.pow(4, i);
        }
        return bounds;
    }

    /** Experts per token and layer. Bounds of summaries are whole numbers: Micrometer rounds what it counts up to one. */
    static double[] experts() {
        return new double[] {1, 2, 3, 4, 6, 8, 12, 16};
    }

    static double[] percent() {
        return new double[] {10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 100};
    }

    private static Duration[] seconds(double[] bounds) {
        return Arrays.stream(bounds)
                .mapToObj(s -> Duration.ofNanos(Math.round(s * 1e9)))
                .toArray(Duration[]::new);
    }
}
