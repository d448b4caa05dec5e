package dev.parley.moe.engine.text;

import java.util.Arrays;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Merges neighbouring symbols, the earliest-learnt pair first, leftmost first (Sennrich et al., arXiv:1508.07909). A queue keeps it at
 * n log n, so that one endless word costs no more than many short ones.
 */
final class BytePairs {
    private final Map<Long, Integer> ranks;
    private final int[] products;

    /**
     * @param ranks by {@link #pair}: 0 merges first
     * @param products the id a rank's pair becomes
     */
    BytePairs(Map<Long, Integer> ranks, int[] products) {
        this.ranks = Map.copyOf(ranks);
        this.products = products.clone();
    }

    /** A number of its own for each pair; multiplied, because the hashes of plain ones collide by the thousands. */
    static long pair(int left, int right) {
        return (((long) left << 32) | right) * 0x9E3779B97F4A7C15L;
    }

    /** A pair that may merge; stale once either side has merged otherwise. */
    private record Candidate(int rank, int left, int leftId, int rightId) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byRank = Integer.compare(rank, other.rank);
            return byRank != 0 ? byRank : Integer.compare(left, other.left);
        }
    }

    int[] merge(int[] symbols) {
        return new Merging(symbols).run();
    }

    /** One run over a doubly linked list of symbols. */
    private final class Merging {
        private static final int GONE = -1;
        private final int[] ids;
        private final int[] next;
        private final int[] previous;
        private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

        Merging(int[] symbols) {
            ids = symbols.clone();
            next = new int[ids.length];
            previous = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                next[i] = i + 1 < ids.length ? i + 1 : GONE;
                previous[i] = i - 1;
            }
        }

        int[] run() {
            for (int i = 0; i + 1 < ids.length; i++) {
                offer(i);
            }
            while (!queue.isEmpty()) {
                apply(queue.remove());
            }
            return Arrays.stream(ids).filter(id -> id != GONE).toArray();
        }

        private void apply(Candidate c) {
            int right = next[c.left()];
            if (ids[c.left()] != c.leftId() || right == GONE || ids[right] != c.rightId()) {
                return;
            }
            ids[c.left()] = products[c.rank()];
            ids[right] = GONE;
            next[c.left()] = next[right];
            if (next[right] != GONE) {
                previous[next[right]] = c.left();
            }
            next[right] = GONE;
            offer(c.left());
            if (previous[c.left()] >= 0) {
                offer(previous[c.left()]);
            }
        }

        private void offer(int left) {
            int right = next[left];
            if (right == GONE) {
                return;
            }
            Integer rank = ranks.get(pair(ids[left], ids[right]));
            if (rank != null) {
                queue.add(new Candidate(rank, left, ids[left], ids[right]));
            }
        }
    }
}
