package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.tensor.Kernels;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Concurrent streams with random cancels and expert controls: every whole answer must be what it is alone - text, length, each expert
 * of each token -, every cancelled one a beginning of that, and after each tenth of the time nothing may be left over.
 */
final class Soak {
    private static final int THREADS = 2;
    private static final int ROUNDS = 10;
    /** Little: 13 pages a model, when one contrasted answer may take 12. Sequences give way to each other all the time. */
    static final long KV_BYTES = 4 * 13 * 2 * 4 * 64 * 96 * Float.BYTES;

    private final Settings settings;
    private final SoakCases cases;
    private final Scheduler scheduler;
    private final List<Expected> expected = new ArrayList<>();
    private final AtomicLong whole = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();
    private final AtomicInteger together = new AtomicInteger();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<Long> heap = new ArrayList<>();

    /**
     * What to do.
     *
     * @param streams at a time
     * @param cases different requests, each computed alone first
     */
    record Settings(int seconds, int streams, int cases, long seed) {}

    /**
     * What was seen.
     *
     * @param together answers computed at a time, at most
     * @param heap bytes in use after each round, once collected
     * @param cacheBytes experts in memory at any time, at most
     */
    record Report(long whole, long cancelled, int together, List<Long> heap, long cacheBytes, List<String> faults) {
        /** Growth of the heap since the first round, bytes. */
        long growth() {
            return heap.getLast() - heap.getFirst();
        }
    }

    /** A request and what it gives alone. */
    private record Expected(SoakCases.Case of, Answer alone) {}

    private record Answer(String text, Ending.Reason reason, int tokens, List<List<List<Integer>>> experts) {
        static Answer of(String text, Ending ending) {
            return new Answer(
                    text, ending.reason(), ending.tokens(), ending.experts().chosen());
        }
    }

    private Soak(Settings settings, SoakCases cases, Scheduler scheduler) {
        this.settings = settings;
        this.cases = cases;
        this.scheduler = scheduler;
    }

    static Report run(Settings settings) throws Exception {
        Scheduler.Limits limits = new Scheduler.Limits(THREADS, settings.streams(), settings.streams(), KV_BYTES);
        try (SoakCases cases = new SoakCases(settings.seed());
                Scheduler scheduler = new Scheduler(limits, cases.models(), Kernels::vector)) {
            return new Soak(settings, cases, scheduler).run();
        }
    }

    private Report run() throws Exception {
        for (int i = 0; i < settings.cases(); i++) {
            SoakCases.Case next = cases.next();
            Recorder recorder = new Recorder();
            scheduler.submit(next.model(), List.of(new Scheduler.Task(next.request(), recorder)));
            Ending ending = recorder.await();
            expected.add(new Expected(next, Answer.of(recorder.text.toString(), ending)));
        }
        for (int round = 0; round < ROUNDS; round++) {
            round(round);
            heap.add(collected());
            System.out.printf(
                    Locale.ROOT,
                    "%d whole, %d cancelled, %d together at most, heap %.1f MB, %d faults%n",
                    whole.get(),
                    cancelled.get(),
                    together.get(),
                    heap.getLast() / 1e6,
                    faults.size());
        }
        return new Report(
                whole.get(),
                cancelled.get(),
                together.get(),
                List.copyOf(heap),
                cases.cache().mostBytes(),
                List.copyOf(faults));
    }

    private void round(int round) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.seconds()) / ROUNDS;
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < settings.streams(); i++) {
            SplittableRandom random = new SplittableRandom(settings.seed() + 1000L * round + i);
            clients.add(Thread.ofPlatform().name("client-" + i).start(() -> ask(random, end)));
        }
        for (Thread client : clients) {
            client.join();
        }
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (busy() && System.nanoTime() < patience) {
            Thread.onSpinWait();
        }
        if (busy()) {
            faults.add("Left over: " + scheduler.running() + " running, " + scheduler.queued() + " queued, "
                    + scheduler.kv().heldBytes() + " bytes of keys and values");
        }
    }

    private boolean busy() {
        return scheduler.running() + scheduler.queued() + scheduler.kv().heldBytes() > 0;
    }

    private void ask(SplittableRandom random, long end) {
        while (System.nanoTime() < end && faults.size() < 20) {
            try {
                one(random, expected.get(random.nextInt(expected.size())));
            } catch (Exception e) {
                faults.add(e.toString());
            }
        }
    }

    private void one(SplittableRandom random, Expected wanted) throws Exception {
        int way = random.nextInt(10);
        Stream stream = new Stream(way == 0 ? random.nextInt(1, 20) : Integer.MAX_VALUE);
        Scheduler.Task task = new Scheduler.Task(wanted.of().request(), stream);
        Generation generation =
                scheduler.submit(wanted.of().model(), List.of(task)).getFirst();
        stream.generation.complete(generation);
        if (way == 1) {
            generation.cancel();
        } else if (way == 2) {
            stream.started.get(60, TimeUnit.SECONDS);
            generation.cancel();
        } else if (stream.over.get(60, TimeUnit.SECONDS)) {
            compare(wanted, Answer.of(stream.text(), stream.ending.get()));
            return;
        }
        cancelled.incrementAndGet();
        String said = stream.text();
        if (!wanted.alone().text().startsWith(said)) {
            faults.add("Cancelled after '" + said + "', alone it is '"
                    + wanted.alone().text() + "'");
        }
    }

    private void compare(Expected wanted, Answer answer) {
        whole.incrementAndGet();
        if (!answer.equals(wanted.alone())) {
            faults.add(wanted.of().model().profile().name() + " said " + answer.text() + " (" + answer.reason() + ", "
                    + answer.tokens() + " tokens), alone " + wanted.alone().text() + ", same experts: "
                    + answer.experts().equals(wanted.alone().experts()));
        }
    }

    /** The least of three, since a thread that allocates one object just then gets a buffer of megabytes, which counts as used. */
    private static long collected() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            least = Math.min(least, used);
        }
        return least;
    }

    /** Hears one answer; cancels itself from within at the {@code last} piece, after which nothing may be said. */
    private final class Stream implements GenerationListener {
        private final int last;
        private final CompletableFuture<Generation> generation = new CompletableFuture<>();
        private final CompletableFuture<Integer> started = new CompletableFuture<>();
        private final CompletableFuture<Boolean> over = new CompletableFuture<>(); // whether whole
        private final CompletableFuture<Ending> ending = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder(); // guarded by itself
        private int pieces;

        Stream(int last) {
            this.last = last;
        }

        String text() {
            synchronized (text) {
                return text.toString();
            }
        }

        @Override
        public void started(int promptTokens) {
            started.complete(promptTokens);
        }

        @Override
        public void delta(String piece, List<TokenScore> scores) {
            together.accumulateAndGet(scheduler.running(), Math::max);
            if (pieces++ >= last) {
                faults.add("Said after its cancellation: " + piece);
            }
            synchronized (text) {
                text.append(piece);
            }
            if (pieces == last) {
                generation.join().cancel();
                over.complete(false);
            }
        }

        @Override
        public void finished(Ending end) {
            if (pieces >= last) {
                faults.add("Ended after its cancellation");
            }
            ending.complete(end);
            over.complete(true);
        }

        @Override
        public void failed(EngineException failure) {
            started.completeExceptionally(failure);
            over.completeExceptionally(failure);
        }
    }

    /** @param args seconds; seed (default: chance) */
    public static void main(String[] args) throws Exception {
        long seed = args.length > 1
                ? Long.parseLong(args[1])
                : ThreadLocalRandom.current().nextInt();
        System.out.println("seed " + seed);
        Report report = run(new Settings(Integer.parseInt(args[0]), 8, 240, seed));
        report.faults().forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%d whole answers as alone, %d cancelled, %d together, heap %+.1f MB since the first tenth, %d faults%n",
                report.whole(),
                report.cancelled(),
                report.together(),
                report.growth() / 1e6,
                report.faults().size());
        if (!report.faults().isEmpty()) {
            System.exit(1);
        }
    }
}
