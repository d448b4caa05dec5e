package dev.parley.moe.engine.tensor;

/**
 * Inputs of matrix products: one row per token, and the same rows rounded to 8 bits in blocks of 32 (kept as shorts, which the
 * kernels multiply without widening, and each twice: 32 bits are spread over a vector as they are loaded, 16 take two instructions more). Rows are plain scratch memory of one thread.
 */
public final class Activations {
    /** Numbers that share a scale. */
    public static final int BLOCK = 32;

    private final int capacity;
    private final int width;
    private final float[] values; // [capacity, width]
    private final int[] twins; // [capacity, width], -127..127 in the upper and in the lower half
    private final float[] wholes; // the same as floats
    private final float[] scales; // [capacity, width / 32]
    private final int[] sums; // [capacity, width / 32], of the quants of a block

    /**
     * @param capacity rows at most
     * @param width of a row
     */
    public Activations(int capacity, int width) {
        this.capacity = capacity;
        this.width = width;
        values = new float[capacity * width];
        int blocked = blocked() ? capacity * width : 0;
        twins = new int[blocked];
        wholes = new float[blocked];
        scales = new float[blocked / BLOCK];
        sums = new int[blocked / BLOCK];
    }

    /** Rows at most. */
    public int capacity() {
        return capacity;
    }

    public int width() {
        return width;
    }

    /** The rows themselves, to be filled; then {@link Kernels#quantise} before a product with quantised weights. */
    public float[] values() {
        return values;
    }

    /** Whether rows divide into blocks; if not, no quantised matrix fits them. */
    boolean blocked() {
        return width % BLOCK == 0;
    }

    int[] twins() {
        return twins;
    }

    /** Number {@code i} of all, -127..127. */
    short quant(int i) {
        return (short) twins[i];
    }

    void round(int i, int quant) {
        twins[i] = (quant & 0xFFFF) | (quant << 16);
    }

    float[] wholes() {
        return wholes;
    }

    float[] scales() {
        return scales;
    }

    int[] sums() {
        return sums;
    }
}
