package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one sequence, in pages of {@link Kernels#PAGE} positions. The first ones may be shared with other sequences: whole
 * pages are looked at by all of them and never written again; of a page that agrees only in its beginning a copy is made. Not
 * thread-safe.
 */
public final class KvCache {
    private final KvPool pool;
    private final Optional<GateRule> rule; // empty for a sequence that shares nothing
    private final List<KvPage> pages = new ArrayList<>();
    private int[] tokens = new int[Kernels.PAGE]; // [length ..]
    private int length;
    private @Nullable Kernels kernels; // that computed all of it
    private KvPool.@Nullable Node at; // the last shared page
    private int shared; // pages up to it
    private boolean mixed; // by several kernels: its later pages are for nobody else

    KvCache(KvPool pool, Optional<GateRule> rule) {
        this.pool = pool;
        this.rule = rule;
    }

    /** Positions computed so far. */
    public int length() {
        return length;
    }

    /** Pages it has. */
    public int pages() {
        return pages.size();
    }

    /** How many of {@code prompt}'s positions, of which the first {@link #length} are in here already, need no computing. */
    public int reusable(Kernels by, int[] prompt, int most) {
        int end = length;
        Optional<KvPool.Node> node = boundary(by);
        while (node.isPresent() && end < most) {
            Optional<KvPool.Match> match = pool.match(node.get(), prompt, end, most);
            end += match.map(KvPool.Match::count).orElse(0);
            node = match.filter(KvPool.Match::whole).map(KvPool.Match::node);
        }
        return end;
    }

    /** Takes over what is there of the first {@code until} positions of {@code prompt}; {@link #reusable} says how many are. */
    public void reuse(Kernels by, int[] prompt, int until) {
        Optional<KvPool.Node> node = boundary(by);
        while (node.isPresent() && length < until) {
            Optional<KvPool.Match> match = pool.match(node.get(), prompt, length, until);
            node = match.filter(m -> take(m, prompt)).map(KvPool.Match::node);
        }
    }

    /** Where the tree may go on from here; empty within a page, or if nothing is shared. */
    private Optional<KvPool.Node> boundary(Kernels by) {
        if (rule.isEmpty() || mixed || length != shared * Kernels.PAGE) {
            return Optional.empty();
        }
        if (length == 0 && !by.equals(kernels)) {
            leave();
            kernels = by;
            at = pool.enter(rule.get(), by);
        }
        return by.equals(kernels) ? Optional.ofNullable(at) : Optional.empty();
    }

    /** Takes over a page, or the beginning of one; true if it may go on after it. */
    private boolean take(KvPool.Match match, int[] prompt) {
        pool.hold(match.node()); // so that making room for the copy does not give up the original
        if (match.whole()) {
            if (pages.size() > shared) {
                pages.set(shared, match.node().page());
                pool.give(1);
            } else {
                pages.add(match.node().page());
            }
            at = match.node();
            shared++;
            append(prompt, match.count());
            return true;
        }
        if (reserve(length + 1)) {
            KvPool.copy(match.node(), pages.get(shared));
            append(prompt, match.count());
        }
        pool.drop(match.node());
        return false;
    }

    private void append(int[] prompt, int count) {
        ensure(length + count);
        System.arraycopy(prompt, length, tokens, length, count);
        length += count;
    }

    private void ensure(int size) {
        if (tokens.length < size) {
            tokens = Arrays.copyOf(tokens, Integer.highestOneBit(size) * 2);
        }
    }

    /** Makes sure of the pages for so many positions; false if they are not to be had. */
    public boolean reserve(int positions) {
        int missing = Math.ceilDiv(positions, Kernels.PAGE) - pages.size();
        if (missing > 0 && !pool.room(missing)) {
            return false;
        }
        for (int i = 0; i < missing; i++) {
            pages.add(pool.take());
        }
        return true;
    }

    /** The next token's keys and values are in all layers. */
    void computed(Kernels by, int token) {
        if (length == 0) {
            boundary(by);
        }
        mixed |= !by.equals(kernels);
        ensure(length + 1);
        tokens[length++] = token;
        if (at != null && !mixed && length % Kernels.PAGE == 0) {
            at = pool.publish(at, own(), pages.get(shared));
            pages.set(shared++, at.page());
        }
    }

    /** Tokens after the shared pages. */
    private int[] own() {
        return Arrays.copyOfRange(tokens, shared * Kernels.PAGE, length);
    }

    /** Gives the pages back, to be kept for others as long as there is room; the cache is empty afterwards. */
    public void release() {
        int own = pages.size() - shared;
        if (at != null && !mixed && length > shared * Kernels.PAGE) {
            pool.keep(at, own(), pages.get(shared));
            own--;
        }
        pool.give(own);
        leave();
        pages.clear();
        length = 0;
        shared = 0;
        mixed = false;
    }

    private void leave() {
        if (at != null) {
            pool.leave(at);
        }
        at = null;
        kernels = null;
    }

    float[] keyPage(int layer, int page) {
        return pages.get(page).keys()[layer];
    }

    float[] valuePage(int layer, int page) {
        return pages.get(page).values()[layer];
    }

    /** Writes a position's key and value, {@code k[at ..]} and {@code v[at ..]}, as many numbers as are kept of each. */
    void put(int layer, int position, Row k, Row v) {
        int page = position / Kernels.PAGE;
        int slot = position % Kernels.PAGE;
        if (page == pages.size()) {
            pages.add(pool.take());
        }
        float[] key = keyPage(layer, page);
        for (int i = 0; i < key.length / Kernels.PAGE; i++) {
            key[i * Kernels.PAGE + slot] = k.from()[k.at() + i];
        }
        float[] value = valuePage(layer, page);
        int width = value.length / Kernels.PAGE;
        System.arraycopy(v.from(), v.at(), value, slot * width, width);
    }

    /** A row within an array. */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(float[] from, int at) {}
}
