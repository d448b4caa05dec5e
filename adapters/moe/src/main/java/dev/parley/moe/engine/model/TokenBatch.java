package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.GateListener;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.tensor.Selection;
import java.util.ArrayList;
import java.util.List;

/** Tokens of several sequences, computed together. Reused from step to step; not thread-safe. */
public final class TokenBatch {
    private final int capacity;
    private final int[] tokens;
    private final int[] positions;
    private final List<KvCache> caches = new ArrayList<>();
    private final List<GateRule> rules = new ArrayList<>();
    private final List<GateListener> listeners = new ArrayList<>();
    private final int[] wanted;
    private int wantedSize;

    public TokenBatch(int capacity) {
        this.capacity = capacity;
        tokens = new int[capacity];
        positions = new int[capacity];
        wanted = new int[capacity];
    }

    public void clear() {
        caches.clear();
        rules.clear();
        listeners.clear();
        wantedSize = 0;
    }

    public int size() {
        return caches.size();
    }

    public int room() {
        return capacity - size();
    }

    int capacity() {
        return capacity;
    }

    /** Appends the next token of a sequence; {@code offset} counts this sequence's tokens already in the batch. */
    public void add(KvCache cache, int offset, int token) {
        add(cache, offset, token, GateRule.USUAL);
    }

    /** As {@link #add(KvCache, int, int)}, with gates that choose by {@code rule}. */
    public void add(KvCache cache, int offset, int token, GateRule rule) {
        tokens[size()] = token;
        positions[size()] = cache.length() + offset;
        caches.add(cache);
        rules.add(rule);
        listeners.add(GateListener.NONE);
    }

    /** Wants the logits after the last added token; gives their row in {@link Forward#logits}. */
    public int want() {
        return want(GateListener.NONE);
    }

    /** As {@link #want()}, and tells the gates' choices for that token in every layer. */
    public int want(GateListener listener) {
        listeners.set(size() - 1, listener);
        wanted[wantedSize] = size() - 1;
        return wantedSize++;
    }

    int token(int i) {
        return tokens[i];
    }

    int position(int i) {
        return positions[i];
    }

    KvCache cache(int i) {
        return caches.get(i);
    }

    GateRule rule(int i) {
        return rules.get(i);
    }

    GateListener listener(int i) {
        return listeners.get(i);
    }

    Selection wanted() {
        return new Selection(wanted, wantedSize);
    }
}
