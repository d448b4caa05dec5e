package dev.parley.moe.engine.model;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * Keeps experts in memory up to a budget, the rest in their files, and loads ahead what the next layer will likely choose (Fate,
 * arXiv:2502.12224; the order of leaving after EdgeMoE, arXiv:2308.14352). What is computed does not depend on it, unless there are
 * twins: every expert's weights rounded to 4 bits, always in memory, which stand in for an expert that would have to be waited for
 * (HOBBIT, arXiv:2411.01433). An expert that a thread is computing with may outlive its place for that moment. Shared by all models of a backend,
 * thread-safe.
 */
public final class ExpertCache implements AutoCloseable {
    private static final int MOST_FORESEEN = 256;
    /** Uses after which all counts are halved. */
    private static final int FADING = 1 << 14;

    private final long budget;
    private final Policy policy;
    private final boolean twins;
    private final LinkedHashMap<Key, Entry> resident = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Key, Integer> uses = new HashMap<>(); // for LFU; outlives residence
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private final AtomicLong stoodIn = new AtomicLong();
    private final AtomicLong loadedBytes = new AtomicLong();
    private final AtomicLong foreseen = new AtomicLong();
    private final AtomicLong chosen = new AtomicLong();
    private final ThreadPoolExecutor ahead;
    private long counted;
    private long bytes;
    private long mostBytes;

    /** Who leaves first. */
    public enum Policy {
        /** The one not used for the longest time. */
        LRU,
        /** The one used least often, of late: counts fade. A pass over a long prompt, which needs nearly all experts, spoils it less. */
        LFU
    }

    private record Key(Layer layer, int expert) {}

    private record Entry(CompletableFuture<Weights.Dense> expert, long bytes) {}

    /**
     * What the cache has done so far.
     *
     * @param hits experts that were in memory, or on the way, when a layer came to them
     * @param misses experts that a layer had to wait for from their beginning
     * @param stoodIn experts in whose place their twin was computed
     * @param loadedBytes read from files, ahead or not
     * @param residentBytes in memory now, twins included
     * @param mostBytes in memory at any time
     * @param recall share of the chosen experts that were foreseen one layer ahead, by token; 0 before any
     */
    public record Figures(
            long hits, long misses, long stoodIn, long loadedBytes, long residentBytes, long mostBytes, double recall) {
        /** Share of the experts that were there themselves; 0 before any. */
        public double hitRate() {
            long all = hits + misses + stoodIn;
            return all == 0 ? 0 : (double) hits / all;
        }
    }

    /** As {@link #ExpertCache(long, Policy, boolean)}, without twins. */
    public ExpertCache(long budget, Policy policy) {
        this(budget, policy, false);
    }

    /**
     * @param budget bytes of experts in memory, at most
     * @param twins whether twins stand in for experts that are not there; they count towards the budget
     */
    public ExpertCache(long budget, Policy policy, boolean twins) {
        this.budget = budget;
        this.policy = policy;
        this.twins = twins;
        ahead = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_FORESEEN),
                work -> {
                    Thread thread = new Thread(work, "parley-moe-ahead");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }

    public Figures figures() {
        synchronized (resident) {
            long all = chosen.get();
            return new Figures(
                    hits.get(),
                    misses.get(),
                    stoodIn.get(),
                    loadedBytes.get(),
                    bytes,
                    mostBytes,
                    all == 0 ? 0 : (double) foreseen.get() / all);
        }
    }

    /** Counts how many of a token's experts were foreseen. */
    void compared(int right, int all) {
        foreseen.addAndGet(right);
        chosen.addAndGet(all);
    }

    /**
     * Experts that come through this cache. Throws {@link IllegalArgumentException} if not even one fits.
     *
     * @param load reads an expert from its file, by any thread
     */
    Layer layer(int count, IntFunction<Weights.Dense> load) {
        Weights.Dense first = load.apply(0);
        List<Weights.Dense> standIns = twins ? twins(first, count, load) : List.of();
        Layer layer = new Layer(count, load, first.bytes(), standIns);
        synchronized (resident) {
            bytes += standIns.stream().mapToLong(Weights.Dense::bytes).sum();
            mostBytes = Math.max(mostBytes, bytes);
            if (bytes + layer.each > budget) {
                String taken = bytes == 0 ? "" : ", of which the twins of all so far take " + bytes;
                throw new IllegalArgumentException(
                        "one expert takes " + layer.each + " bytes, the memory for all is " + budget + taken);
            }
        }
        return layer;
    }

    private static List<Weights.Dense> twins(Weights.Dense first, int count, IntFunction<Weights.Dense> load) {
        List<Weights.Dense> all = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            all.add((e == 0 ? first : load.apply(e)).twin());
        }
        if (all.getFirst().bytes() >= first.bytes()) {
            throw new IllegalArgumentException("the experts have 4 bits already, so that twins would save nothing");
        }
        return all;
    }

    private Weights.Dense get(Key key) {
        return key.layer().twins.isEmpty() ? waitedFor(key) : itOrItsTwin(key);
    }

    /** What is there; if it is not the expert itself, it will be soon. */
    private Weights.Dense itOrItsTwin(Key key) {
        Optional<Entry> there;
        synchronized (resident) {
            count(key);
            there = Optional.ofNullable(resident.get(key));
        }
        if (there.isPresent() && there.get().expert().isDone()) {
            hits.incrementAndGet();
            return there.get().expert().join();
        }
        stoodIn.incrementAndGet();
        if (there.isEmpty()) {
            foresee(key);
        }
        return key.layer().twins.get(key.expert());
    }

    private Weights.Dense waitedFor(Key key) {
        while (true) {
            CompletableFuture<Weights.Dense> mine = new CompletableFuture<>();
            Optional<Entry> there;
            Optional<Entry> busy = Optional.empty();
            synchronized (resident) {
                count(key);
                there = Optional.ofNullable(resident.get(key));
                if (there.isEmpty()) {
                    busy = admit(key, mine);
                }
            }
            if (there.isPresent()) {
                hits.incrementAndGet();
                return there.get().expert().join();
            }
            if (busy.isEmpty()) {
                misses.incrementAndGet();
                return load(key, mine);
            }
            busy.get().expert().handle((expert, error) -> "").join(); // then there is one that can leave
        }
    }

    private void count(Key key) {
        uses.merge(key, 1, Integer::sum);
        if (++counted % FADING == 0) {
            uses.replaceAll((other, count) -> count / 2);
        }
    }

    /** Loads what is likely to be needed soon, if there is time. */
    private void foresee(Key key) {
        ahead.execute(() -> {
            CompletableFuture<Weights.Dense> mine = new CompletableFuture<>();
            synchronized (resident) {
                if (resident.containsKey(key) || admit(key, mine).isPresent()) {
                    return;
                }
            }
            load(key, mine);
        });
    }

    private Weights.Dense load(Key key, CompletableFuture<Weights.Dense> entry) {
        try {
            Weights.Dense expert = key.layer().load.apply(key.expert());
            loadedBytes.addAndGet(key.layer().each);
            entry.complete(expert);
            return expert;
        } catch (RuntimeException | Error e) {
            synchronized (resident) {
                Entry gone = resident.remove(key);
                bytes -= gone == null ? 0 : gone.bytes();
            }
            entry.completeExceptionally(e);
            throw e;
        }
    }

    /** Makes room and takes the place, or gives an entry to wait for because all others are still being loaded. Call with the lock held. */
    private Optional<Entry> admit(Key key, CompletableFuture<Weights.Dense> expert) {
        long each = key.layer().each;
        while (bytes + each > budget) {
            Optional<Key> victim = victim();
            if (victim.isEmpty()) {
                return resident.values().stream().findFirst();
            }
            Entry gone = resident.remove(victim.get());
            bytes -= gone == null ? 0 : gone.bytes();
        }
        resident.put(key, new Entry(expert, each));
        bytes += each;
        mostBytes = Math.max(mostBytes, bytes);
        return Optional.empty();
    }

    private Optional<Key> victim() {
        Key best = null;
        int fewest = Integer.MAX_VALUE;
        Iterator<Map.Entry<Key, Entry>> byAge = resident.entrySet().iterator();
        while (byAge.hasNext()) {
            Map.Entry<Key, Entry> next = byAge.next();
            int used = policy == Policy.LRU ? 0 : uses.getOrDefault(next.getKey(), 0);
            if (next.getValue().expert().isDone() && used < fewest) {
                best = next.getKey();
                fewest = used;
            }
        }
        return Optional.ofNullable(best);
    }

    /** One layer's experts, read like a list. */
    final class Layer extends AbstractList<Weights.Dense> {
        private final int count;
        private final IntFunction<Weights.Dense> load;
        private final long each;
        private final List<Weights.Dense> twins; // by expert; empty for none

        private Layer(int count, IntFunction<Weights.Dense> load, long each, List<Weights.Dense> twins) {
            this.count = count;
            this.load = load;
            this.each = each;
            this.twins = List.copyOf(twins);
        }

        @Override
        public Weights.Dense get(int expert) {
            return ExpertCache.this.get(new Key(this, expert));
        }

        @Override
        public int size() {
            return count;
        }

        /** These will likely be asked for next. */
        void foresee(List<Integer> experts) {
            new ArrayList<>(experts).forEach(e -> ExpertCache.this.foresee(new Key(this, e)));
        }

        ExpertCache cache() {
            return ExpertCache.this;
        }

        /** A layer is itself and no other. */
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Nothing is loaded ahead any more. */
    @Override
    public void close() {
        ahead.shutdownNow();
    }
}
