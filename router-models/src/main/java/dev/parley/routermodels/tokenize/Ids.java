package dev.parley.routermodels.tokenize;

import java.util.Arrays;

/** Token ids under a cap: what comes after it is counted, so that a word can be taken back, but not kept. */
final class Ids {
    private final int cap;
    private int[] ids;
    private int size;

    Ids(int cap, int expected) {
        this.cap = cap;
        this.ids = new int[Math.max(4, expected)];
    }

    boolean full() {
        return size >= cap;
    }

    void add(int id) {
        if (size < cap) {
            if (size + 1 >= ids.length) {
                ids = Arrays.copyOf(ids, ids.length * 2);
            }
            ids[size] = id;
        }
        size++;
    }

    int mark() {
        return size;
    }

    void rewind(int mark) {
        size = mark;
    }

    int[] closedBy(int id) {
        int kept = Math.min(size, cap);
        int[] out = Arrays.copyOf(ids, kept + 1);
        out[kept] = id;
        return out;
    }
}
