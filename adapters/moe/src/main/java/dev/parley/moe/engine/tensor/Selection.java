package dev.parley.moe.engine.tensor;

/**
 * Some rows of a batch, in order: results of a product over a selection lie densely, one row per selected one.
 *
 * @param rows row numbers; only the first {@code size} count
 */
@SuppressWarnings("ArrayRecordComponent")
public record Selection(int[] rows, int size) {

    /** The rows 0 .. size - 1. */
    public static Selection first(int size) {
        int[] rows = new int[size];
        for (int i = 0; i < size; i++) {
            rows[i] = i;
        }
        return new Selection(rows, size);
    }
}
