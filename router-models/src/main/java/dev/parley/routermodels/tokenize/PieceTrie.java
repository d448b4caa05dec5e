package dev.parley.routermodels.tokenize;

import java.util.Arrays;
import java.util.Map;

/**
 * The vocabulary as a trie over UTF-16 units in one open-addressed hash table: a longest match is one walk, without a substring
 * per attempt. Immutable.
 */
final class PieceTrie {
    private static final int NOTHING = -1;
    private static final long EMPTY = -1;

    private final long[] keys; // parent node << 16 | unit
    private final int[] nodes;
    private final int mask;
    private final int[] pieces; // [node] id, or -1
    private final int continuation;
    private int size = 1;

    PieceTrie(Map<String, Integer> vocabulary) {
        int units = vocabulary.keySet().stream().mapToInt(String::length).sum();
        int capacity = Integer.highestOneBit(units) * 4;
        mask = capacity - 1;
        keys = new long[capacity];
        nodes = new int[capacity];
        Arrays.fill(keys, EMPTY);
        int[] ids = new int[units + 1];
        Arrays.fill(ids, NOTHING);
        vocabulary.forEach((piece, id) -> ids[insert(piece)] = id);
        pieces = Arrays.copyOf(ids, size);
        continuation = insert("##");
    }

    /** Where the first piece of a word starts. */
    int start() {
        return 0;
    }

    /** Where the later pieces of a word start. */
    int continuation() {
        return continuation;
    }

    /** The child by that unit, or -1. */
    int child(int node, char unit) {
        long key = ((long) node << 16) | unit;
        int slot = slot(key);
        while (keys[slot] != key) {
            if (keys[slot] == EMPTY) {
                return NOTHING;
            }
            slot = (slot + 1) & mask;
        }
        return nodes[slot];
    }

    /** The id of the piece that ends here, or -1. */
    int piece(int node) {
        return pieces[node];
    }

    private int insert(String piece) {
        int node = 0;
        for (int i = 0; i < piece.length(); i++) {
            long key = ((long) node << 16) | piece.charAt(i);
            int slot = slot(key);
            while (keys[slot] != EMPTY && keys[slot] != key) {
                slot = (slot + 1) & mask;
            }
            if (keys[slot] == EMPTY) {
                keys[slot] = key;
                nodes[slot] = size++;
            }
            node = nodes[slot];
        }
        return node;
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & mask;
    }
}
