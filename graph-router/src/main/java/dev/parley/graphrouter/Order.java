package dev.parley.graphrouter;

/** Sorts positions without boxing them. Pure. */
public final class Order {
    private Order() {}

    /** A total order of positions. */
    @FunctionalInterface
    public interface Before {
        boolean isBefore(int a, int b);
    }

    /** [size] positions, the first one first; by binary insertion, since there are few. */
    public static int[] of(int size, Before order) {
        int[] sorted = new int[size];
        for (int i = 1; i < size; i++) {
            int low = 0;
            int high = i;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (order.isBefore(i, sorted[middle])) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            System.arraycopy(sorted, low, sorted, low + 1, i - low);
            sorted[low] = i;
        }
        return sorted;
    }
}
