package dev.parley.moe;

import dev.parley.chat.Backend;
import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ExpertAsk;
import dev.parley.config.BackendSpec;
import dev.parley.config.ModelSpec;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.llamacpp.LibraryFiles;
import dev.parley.moe.llamacpp.WorkerModel;
import dev.parley.moe.llamacpp.WorkerScheduler;
import io.vertx.core.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The models of one backend of kind llamacpp: computed by llama.cpp in a child process, answered from on any event loop. A number of
 * experts is a tier: the file opened once more with that number. Thread-safe. Ready when {@link #start} returns.
 */
public final class LlamaCppRuntime implements Engine, AutoCloseable {
    /** Far beyond what a page of a file takes to be read; waiting for one is computing too, a little. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final WorkerScheduler scheduler;
    private final Surroundings surroundings;

    private LlamaCppRuntime(WorkerScheduler scheduler, Surroundings surroundings) {
        this.scheduler = scheduler;
        this.surroundings = surroundings;
    }

    /**
     * Starts the child and opens the models, each with the number of experts that its specification says. Takes about a second, and what
     * the files take to be mapped. Throws {@link IllegalArgumentException} or {@link dev.parley.moe.engine.gguf.GgufException} naming the
     * field or file at fault.
     *
     * @param models of this backend
     */
    public static LlamaCppRuntime start(BackendSpec.LlamaCpp spec, List<ModelSpec> models) {
        return start(spec, models, PATIENCE);
    }

    /**
     * As {@link #start(BackendSpec.LlamaCpp, List)}.
     *
     * @param patience how long the child may neither answer nor compute before it is ended and another is started
     */
    static LlamaCppRuntime start(BackendSpec.LlamaCpp spec, List<ModelSpec> models, Duration patience) {
        check(spec);
        GgufFolder folder = new GgufFolder(Path.of(spec.directory()));
        Set<WorkerModel.Source> sources = new LinkedHashSet<>();
        for (ModelSpec model : models) {
            String name = model.upstreamModel();
            sources.add(
                    new WorkerModel.Source(name, folder.file(name), model.moe().experts()));
        }
        int threads = spec.threads() > 0
                ? spec.threads()
                : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        WorkerScheduler scheduler = started(
                spec,
                new WorkerScheduler.Spec(
                        spec.id(),
                        Path.of(spec.library()),
                        threads,
                        spec.maxSequences(),
                        spec.maxQueue(),
                        spec.context(),
                        patience,
                        List.copyOf(sources)));
        return new LlamaCppRuntime(
                scheduler, new Surroundings(InstantSource.system(), RandomGenerator.getDefault(), spec.maxSequences()));
    }

    private static WorkerScheduler started(BackendSpec.LlamaCpp spec, WorkerScheduler.Spec scheduler) {
        try {
            return new WorkerScheduler(scheduler);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Backend '" + spec.id() + "': " + e.getMessage(), e);
        }
    }

    /** Throws {@link IllegalArgumentException} naming field and remedy if the libraries or the folder of models are not there. */
    public static void check(BackendSpec.LlamaCpp spec) {
        try {
            var _ = LibraryFiles.in(Path.of(spec.library()));
            GgufFolder.check(Path.of(spec.directory()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Backend '" + spec.id() + "': " + e.getMessage(), e);
        }
    }

    /** A backend for this event loop: called there, and signals there. */
    public Backend backend(Context context) {
        return new MoeBackend(this, context);
    }

    /** Why no child runs just now; empty if one does. */
    public Optional<String> trouble() {
        return scheduler.trouble();
    }

    /** Children started in place of one that had ended. */
    public int restarts() {
        return scheduler.restarts();
    }

    /** Answers being computed now. */
    public int running() {
        return scheduler.running();
    }

    /** Answers waiting for a place. */
    public int queued() {
        return scheduler.queued();
    }

    /** Waits until a child runs; false if that takes longer. For tests. */
    boolean awaitChild(long seconds) throws InterruptedException {
        return scheduler.awaitChild(seconds);
    }

    /** The child's process. */
    long pid() {
        return scheduler.pid();
    }

    @Override
    public Served serving(BackendCall call, ExpertAsk ask) {
        ModelSpec spec = call.model();
        WorkerModel usual = find(spec.upstreamModel(), spec.moe().experts()).orElseThrow(() -> unknown(spec));
        OptionalInt asked = ask.controls().experts();
        Optional<WorkerModel> tier = asked.isEmpty() ? Optional.of(usual) : find(spec.upstreamModel(), asked);
        if (tier.isEmpty()) {
            call.warnings()
                    .accept("moe.experts dropped: llama.cpp serves " + spec.upstreamModel()
                            + " with those numbers of experts that models of the configuration name, " + tiers(spec));
        }
        warn(call, ask);
        WorkerModel model = tier.orElse(usual);
        return new Served(model.tokenizer(), ExpertSpec.USUAL, tasks -> scheduler.submit(model, tasks));
    }

    private static void warn(BackendCall call, ExpertAsk ask) {
        if (ask.controls().beyondNumber()) {
            call.warnings().accept("moe: expert controls dropped but for their number, llama.cpp has none");
        }
        if (ask.telemetry()) {
            call.warnings().accept("moe.telemetry: llama.cpp tells no experts");
        }
    }

    /** Throws {@link IllegalArgumentException} unless the model is open with the number of experts that it wants now. */
    public void require(ModelSpec model) {
        if (find(model.upstreamModel(), model.moe().experts()).isEmpty()) {
            throw new IllegalArgumentException(
                    "Model '" + model.id() + "' is new or its moe.experts changed, and llama.cpp has not loaded "
                            + model.upstreamModel() + " with that number (it has " + tiers(model)
                            + "): local models are loaded at the start only. Restart Parley, or take the change back.");
        }
    }

    private Optional<WorkerModel> find(String name, OptionalInt experts) {
        return scheduler.models().stream()
                .filter(m ->
                        m.source().name().equals(name) && m.source().experts().equals(experts))
                .findFirst();
    }

    private String tiers(ModelSpec spec) {
        Set<Integer> tiers = new TreeSet<>();
        scheduler.models().stream()
                .filter(m -> m.source().name().equals(spec.upstreamModel()))
                .forEach(m -> m.source().experts().ifPresent(tiers::add));
        return tiers.isEmpty() ? "none" : tiers.toString();
    }

    private ChatFailure unknown(ModelSpec spec) {
        return ChatFailure.of(
                ChatFailure.Kind.MODEL_NOT_FOUND,
                "Model '" + spec.id() + "' was added while running; restart the gateway to have llama.cpp load it.");
    }

    @Override
    public Surroundings surroundings() {
        return surroundings;
    }

    @Override
    public AnswerListener listener() {
        return (id, model, confidence) -> {};
    }

    /** Ends running answers with a failure, and the child. */
    @Override
    public void close() {
        scheduler.close();
    }
}
