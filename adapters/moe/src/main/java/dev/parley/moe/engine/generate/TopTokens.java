package dev.parley.moe.engine.generate;

import java.util.Arrays;

/** Finds the largest of many logits by insertion; meant for a handful. */
final class TopTokens {
    private TopTokens() {}

    /** Ids of the {@code count} largest of {@code logits[at .. at + n]}, largest first. */
    static int[] of(float[] logits, int at, int n, int count) {
        int[] best = new int[Math.min(count, n)];
        int filled = 0;
        for (int id = 0; id < n && best.length > 0; id++) {
            if (filled == best.length && logits[at + id] <= logits[at + best[filled - 1]]) {
                continue;
            }
            int place = filled < best.length ? filled++ : filled - 1;
            while (place > 0 && logits[at + best[place - 1]] < logits[at + id]) {
                best[place] = best[place - 1];
                place--;
            }
            best[place] = id;
        }
        return Arrays.copyOf(best, filled);
    }
}
