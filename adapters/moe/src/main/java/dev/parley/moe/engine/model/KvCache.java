package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Kernels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keys and values of one sequence, in pages of {@link Kernels#PAGE} positions taken from the model's pool as the sequence grows
 * (PagedAttention, arXiv:2309.06180). Keys lie position-fastest [kvWidth, PAGE], values position-slowest [PAGE, kvWidth], so that the
 * kernels read both along their lanes. Not thread-safe.
 */
public final class KvCache {
    private final Pool pool;
    private final List<List<float[]>> keys = new ArrayList<>(); // [layer][page]
    private final List<List<float[]>> values = new ArrayList<>();
    private int length;

    KvCache(Pool pool, int layers) {
        this.pool = pool;
        for (int n = 0; n < layers; n++) {
            keys.add(new ArrayList<>());
            values.add(new ArrayList<>());
        }
    }

    /** Positions computed so far. */
    public int length() {
        return length;
    }

    void length(int positions) {
        length = positions;
    }

    /** Gives the pages back; the cache is empty afterwards. */
    public void release() {
        keys.forEach(pool::give);
        values.forEach(pool::give);
        length = 0;
    }

    float[] keyPage(int layer, int page) {
        return keys.get(layer).get(page);
    }

    float[] valuePage(int layer, int page) {
        return values.get(layer).get(page);
    }

    /** Writes a position's key and value, {@code k[at ..]} and {@code v[at ..]}. */
    void put(int layer, int position, Row k, Row v) {
        int page = position / Kernels.PAGE;
        int slot = position % Kernels.PAGE;
        if (page == keys.get(layer).size()) {
            keys.get(layer).add(pool.take());
            values.get(layer).add(pool.take());
        }
        float[] key = keyPage(layer, page);
        for (int i = 0; i < pool.kvWidth; i++) {
            key[i * Kernels.PAGE + slot] = k.from()[k.at() + i];
        }
        System.arraycopy(v.from(), v.at(), valuePage(layer, page), slot * pool.kvWidth, pool.kvWidth);
    }

    /** A row within an array. */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(float[] from, int at) {}

    /** Free pages of one model. Not thread-safe, but for {@link #taken}. */
    static final class Pool {
        private final int kvWidth;
        private final ArrayDeque<float[]> free = new ArrayDeque<>();
        private final AtomicInteger taken = new AtomicInteger();

        Pool(int kvWidth) {
            this.kvWidth = kvWidth;
        }

        /** Pages that sequences hold. */
        int taken() {
            return taken.get();
        }

        float[] take() {
            taken.incrementAndGet();
            float[] page = free.poll();
            return page == null ? new float[kvWidth * Kernels.PAGE] : page;
        }

        void give(List<float[]> pages) {
            taken.addAndGet(-pages.size());
            free.addAll(pages);
            pages.clear();
        }
    }
}
