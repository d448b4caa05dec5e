package dev.parley.graphrouter.head;

import java.util.Arrays;

/**
 * Hashed words of the head of a text, each weighed by 1 + log of how often it comes, to length 1. A word is a run of letters and
 * digits, or one other character; case is folded. Arrays must not be changed. Source: feature hashing, Weinberger et al. 2009.
 *
 * @param buckets which occur, ascending
 * @param weights of them
 */
@SuppressWarnings("ArrayRecordComponent")
public record WordBag(int[] buckets, float[] weights) {
    /** A power of two. */
    public static final int BUCKETS = 4096;

    private static final int LOOKED_AT = 512; // characters: a long prompt must not cost an event loop more
    private static final int OFFSET = 0x811c9dc5; // FNV-1a
    private static final int PRIME = 0x01000193;

    public static WordBag of(String text) {
        int length = Math.min(text.length(), LOOKED_AT);
        int[] found = new int[length];
        int count = 0;
        int from = 0;
        while (from < length) {
            int hash = OFFSET;
            int to = from;
            while (to < length && Character.isLetterOrDigit(text.charAt(to))) {
                hash = (hash ^ Character.toLowerCase(text.charAt(to++))) * PRIME;
            }
            if (to == from) {
                hash = (hash ^ text.charAt(to++)) * PRIME;
            }
            if (!Character.isWhitespace(text.charAt(from))) {
                found[count++] = bucket(hash);
            }
            from = to;
        }
        Arrays.sort(found, 0, count);
        return counted(found, count);
    }

    private static int bucket(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x7feb352d;
        return (mixed ^ mixed >>> 15) & BUCKETS - 1;
    }

    private static WordBag counted(int[] sorted, int count) {
        int[] buckets = new int[count];
        float[] weights = new float[count];
        int size = 0;
        double square = 0;
        for (int i = 0; i < count; ) {
            int j = i;
            while (j < count && sorted[j] == sorted[i]) {
                j++;
            }
            buckets[size] = sorted[i];
            weights[size] = 1 + (float) Math.log(j - i);
            square += weights[size] * weights[size];
            size++;
            i = j;
        }
        float unit = (float) (1 / Math.sqrt(Math.max(square, 1e-9)));
        for (int i = 0; i < size; i++) {
            weights[i] *= unit;
        }
        return new WordBag(Arrays.copyOf(buckets, size), Arrays.copyOf(weights, size));
    }
}
