package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.generate.Generation;
import dev.parley.moe.engine.generate.Places;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.gguf.GgufMetadata;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.tensor.Kernels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers computed by llama.cpp in a child JVM, many at a time (continuous batching, as {@link Scheduler} does for our own engine): one
 * thread here asks for a step of each model in turn, chooses the tokens and tells them. If the child ends, running and waiting answers
 * fail, and another child is started, after pauses that grow while none of them brings an answer to its end. Thread-safe.
 */
public final class WorkerScheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerScheduler.class);
    /** Tokens in a step at least: prompts are cut into pieces, so that running answers keep flowing and cancels are heard. */
    private static final int STEP_TOKENS = 256;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 7; // 64 s

    private final Spec spec;
    private final List<GgufMetadata> metadata;
    private final List<WorkerModel> models = new ArrayList<>();
    private final Places<WorkerSequence> places;
    private final StepBatch batch;
    private final ConcurrentLinkedQueue<WorkerSequence> incoming = new ConcurrentLinkedQueue<>();
    private final List<WorkerSequence> active = new ArrayList<>();
    private final Semaphore signals = new Semaphore(0);
    private final Thread thread;
    private float[] logits = new float[0];
    private int failures; // of children in a row that ended no answer
    private volatile WorkerProcess worker;
    private String trouble = ""; // guarded by this
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile boolean closed;

    /**
     * @param name of the thread
     * @param library folder of llama.cpp's libraries
     * @param threads that llama.cpp computes with
     * @param sequences computed together
     * @param queue sequences that may wait
     * @param context positions of one conversation, at most
     * @param patience how long the child may neither answer nor compute before it is taken to hang
     */
    public record Spec(
            String name,
            Path library,
            int threads,
            int sequences,
            int queue,
            int context,
            Duration patience,
            List<WorkerModel.Source> sources) {
        public Spec {
            sources = List.copyOf(sources);
        }

        int capacity() {
            return Math.max(STEP_TOKENS, sequences);
        }
    }

    /**
     * Starts a child and opens the models. Throws {@link IllegalArgumentException} naming what is wrong with the library, and
     * {@link dev.parley.moe.engine.gguf.GgufException} for a file that cannot be served.
     */
    public WorkerScheduler(Spec spec) {
        this.spec = spec;
        metadata = spec.sources().stream().map(WorkerScheduler::read).toList();
        places = new Places<>(spec.sequences(), spec.queue(), this::enter);
        batch = new StepBatch(spec.capacity());
        try {
            worker = start();
        } catch (IOException e) {
            throw new IllegalArgumentException("library: with " + spec.library() + " " + e.getMessage() + ".", e);
        }
        thread = Thread.ofPlatform().name("parley-" + spec.name()).daemon().start(this::run);
    }

    private static GgufMetadata read(WorkerModel.Source source) {
        try {
            return GgufReader.metadata(source.file());
        } catch (IOException e) {
            throw new UncheckedIOException(source.file() + " cannot be read", e);
        }
    }

    private WorkerProcess start() throws IOException {
        WorkerProcess started = new WorkerProcess(spec.library(), spec.patience());
        try {
            for (int i = 0; i < spec.sources().size(); i++) {
                open(started, i);
            }
        } catch (IOException e) {
            throw new IOException(started.lastWords(e), e);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
        started.onEnd(signals::release);
        LOG.info("llama.cpp {} serves {} in process {}", started.version(), spec.name(), started.pid());
        return started;
    }

    /** A model stays what it was when another child opens its file. */
    private void open(WorkerProcess child, int i) throws IOException {
        WorkerModel.Source source = spec.sources().get(i);
        WorkerProcess.Opening opening = new WorkerProcess.Opening(
                source.file().toAbsolutePath().toString(),
                spec.threads(),
                spec.context(),
                spec.sequences(),
                spec.capacity(),
                source.override(metadata.get(i)));
        WorkerProcess.Opened opened = child.open(i, opening, text -> cut(i, text));
        if (i < models.size()) {
            models.get(i).checkSame(opened);
            return;
        }
        WorkerModel model = new WorkerModel(source, metadata.get(i), opened, spec.sequences());
        model.checkChats(child);
        models.add(model);
    }

    private int[] cut(int model, String text) {
        try {
            return worker.tokens(model, text, false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order of the sources. */
    public List<WorkerModel> models() {
        return List.copyOf(models);
    }

    /**
     * Begins the answers, or none of them. Throws {@link EngineException} OVERLOADED if there is no room for all, LOST while no child
     * runs, CLOSED after {@link #close}.
     */
    public List<Generation> submit(WorkerModel model, List<Scheduler.Task> tasks) {
        if (trouble().isPresent()) {
            throw lost();
        }
        return List.copyOf(places.take(tasks.size(), i -> new WorkerSequence(model, tasks.get(i), places::forget)));
    }

    private void enter(WorkerSequence sequence) {
        incoming.add(sequence);
        signals.release();
    }

    /** Why no child runs; empty if one does. */
    public synchronized Optional<String> trouble() {
        return Optional.of(trouble).filter(why -> !why.isEmpty());
    }

    private synchronized void trouble(String why) {
        trouble = why;
        notifyAll();
    }

    /** Waits until a child runs; false if that takes longer. */
    public synchronized boolean awaitChild(long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!trouble.isEmpty() && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        return trouble.isEmpty();
    }

    /** Children started in place of one that had ended. */
    public int restarts() {
        return restarts.get();
    }

    /** The child's process, for people and tests. */
    public long pid() {
        return worker.pid();
    }

    /** Answers being computed. */
    public int running() {
        return places.running();
    }

    /** Answers in the queue. */
    public int queued() {
        return places.queued();
    }

    private void run() {
        while (!closed) {
            try {
                serve(worker);
            } catch (IOException | RuntimeException e) {
                if (!closed) {
                    recover(e);
                }
            }
        }
        worker.close();
        failAll(Places.closedFailure());
    }

    private void serve(WorkerProcess child) throws IOException {
        while (!closed) {
            if (active.isEmpty() && incoming.isEmpty()) {
                signals.acquireUninterruptibly();
            }
            signals.drainPermits();
            if (!child.alive()) {
                throw new IOException("it is not there any more");
            }
            admit(child);
            for (WorkerModel model : models) {
                step(child, model);
            }
            leave();
        }
    }

    private void admit(WorkerProcess child) throws IOException {
        for (WorkerSequence s = incoming.poll(); s != null; s = incoming.poll()) {
            active.add(s);
            if (!s.leaves()) {
                try {
                    s.begin(child);
                } catch (EngineException e) {
                    s.fail(e);
                }
            }
        }
    }

    /** Computes the next tokens of all answers of a model. */
    private void step(WorkerProcess child, WorkerModel model) throws IOException {
        List<WorkerSequence> here =
                active.stream().filter(s -> s.model() == model && !s.leaves()).toList();
        batch.clear();
        here.forEach(s -> s.addDecode(batch));
        here.forEach(s -> s.addPrefill(batch));
        if (batch.size() == 0) {
            return;
        }
        int vocabulary = model.tokenizer().size();
        if (logits.length < batch.rows() * vocabulary) {
            logits = new float[batch.rows() * vocabulary];
        }
        int code = child.step(model.index(), batch, vocabulary, logits);
        for (WorkerSequence s : here) {
            try {
                if (code != 0) {
                    throw new EngineException(
                            EngineException.Kind.INTERNAL, "llama.cpp cannot compute this answer (code " + code + ").");
                }
                s.advance(Kernels.scalar(), logits);
            } catch (EngineException e) {
                s.fail(e);
            }
        }
    }

    private void leave() {
        for (int i = active.size() - 1; i >= 0; i--) {
            WorkerSequence s = active.get(i);
            if (s.leaves()) {
                active.remove(i);
                failures = s.ended() ? 0 : failures;
                s.release();
                places.left();
                s.farewell();
            }
        }
    }

    /** Tells everybody, and starts another child. */
    private void recover(Exception seen) {
        String why = worker.lastWords(seen);
        LOG.error("{}: {}", spec.name(), why, seen);
        trouble(why);
        failAll(lost());
        while (!closed && trouble().isPresent()) {
            pause(FIRST_PAUSE.multipliedBy(1L << Math.min(MOST_DOUBLINGS, failures++)));
            try {
                if (!closed) {
                    worker = start();
                    int _ = restarts.incrementAndGet();
                    trouble("");
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("{}: llama.cpp cannot be started again", spec.name(), e);
                trouble("llama.cpp cannot be started again: " + e.getMessage());
            }
        }
    }

    private void pause(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        try {
            for (long left = pause.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
                boolean _ = signals.tryAcquire(left, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static EngineException lost() {
        return new EngineException(
                EngineException.Kind.LOST, "llama.cpp has ended and is being started again. Try again shortly.");
    }

    private void failAll(EngineException failure) {
        places.drain().forEach(s -> {
            s.fail(failure);
            s.farewell();
        });
        for (WorkerSequence s = incoming.poll(); s != null; s = incoming.poll()) {
            active.add(s);
        }
        active.forEach(s -> s.fail(failure));
        leave();
    }

    /** Ends all answers with a failure, and the child. */
    @Override
    public void close() {
        List<WorkerSequence> never = places.close();
        closed = true;
        signals.release();
        worker.close();
        never.forEach(s -> {
            s.fail(Places.closedFailure());
            s.farewell();
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
