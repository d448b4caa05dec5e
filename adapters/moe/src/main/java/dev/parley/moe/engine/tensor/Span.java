package dev.parley.moe.engine.tensor;

/**
 * Rows {@code from} .. {@code to - 1} of a matrix. {@code from} is a multiple of {@link #ROWS}, and so is {@code to} but for the last
 * rows: as many lie interleaved in some matrices.
 */
public record Span(int from, int to) {
    /** Rows that are computed together at least. */
    public static final int ROWS = 16;
}
