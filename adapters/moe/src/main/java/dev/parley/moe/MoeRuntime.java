package dev.parley.moe;

import dev.parley.chat.Backend;
import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ExpertAsk;
import dev.parley.config.BackendSpec;
import dev.parley.moe.engine.gate.GateSummary;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.generate.WarmUp;
import dev.parley.moe.engine.model.ExpertCache;
import dev.parley.moe.engine.model.KvFigures;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelProfile;
import dev.parley.moe.engine.model.ModelShape;
import io.vertx.core.Context;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The local models of this process: loaded once, computed on threads of their own, answered from on any event loop. Thread-safe. Ready
 * when {@link #start} returns; the faster kernels take over some seconds after {@link #warmUp}, when they are compiled.
 */
public final class MoeRuntime implements Engine, AutoCloseable {
    private final Map<String, Model> models;
    private final WarmUp warmUp;
    private final Scheduler scheduler;
    private final Surroundings surroundings;
    private final Map<String, Calibration> calibrations;
    private final Optional<ExpertCache> cache;
    private final Capacities capacities;
    private volatile AnswerListener listener = (id, model, confidence) -> {};

    /** What the models' files hold, and what is known about them. */
    private record Loaded(
            Map<String, Model> models,
            Map<String, Calibration> calibrations,
            Optional<ExpertCache> cache,
            Capacities capacities) {}

    private MoeRuntime(Loaded loaded, Scheduler.Limits limits, Surroundings surroundings) {
        models = Collections.unmodifiableMap(new LinkedHashMap<>(loaded.models()));
        calibrations = loaded.calibrations();
        cache = loaded.cache();
        capacities = loaded.capacities();
        this.surroundings = surroundings;
        List<Model> all = List.copyOf(models.values());
        warmUp = new WarmUp(all, this::running);
        scheduler = new Scheduler(limits, all, warmUp);
    }

    /**
     * Loads the shipped models, or those of {@code spec.directory()}, and starts computing threads. Takes some tenths of a second;
     * throws {@link dev.parley.moe.engine.gguf.GgufException} for a file that cannot be used.
     */
    public static MoeRuntime start(BackendSpec.Moe spec) {
        return start(spec, InstantSource.system(), RandomGenerator.getDefault());
    }

    /** Throws {@link IllegalArgumentException} naming field and remedy if the folder of models is not there. */
    public static void check(BackendSpec.Moe spec) {
        try {
            if (!spec.directory().isEmpty()) {
                GgufFolder.check(Path.of(spec.directory()));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Backend '" + spec.id() + "': " + e.getMessage(), e);
        }
    }

    /** As {@link #start(BackendSpec.Moe)}, with time and chance from outside. */
    static MoeRuntime start(BackendSpec.Moe spec, InstantSource clock, RandomGenerator random) {
        String folder = spec.directory();
        Optional<ExpertCache> cache = spec.expertsMemory() > 0
                ? Optional.of(new ExpertCache(spec.expertsMemory(), ExpertCache.Policy.LFU, spec.expertsTwins()))
                : Optional.empty();
        Map<String, Model> models =
                folder.isEmpty() ? ModelStore.shipped() : ModelStore.directory(Path.of(folder), cache);
        int threads = spec.threads() > 0
                ? spec.threads()
                : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        long kvBytes =
                spec.kvMemory() > 0 ? spec.kvMemory() : Runtime.getRuntime().maxMemory() / 4;
        Scheduler.Limits limits = new Scheduler.Limits(threads, spec.maxSequences(), spec.maxQueue(), kvBytes);
        Capacities capacities = new Capacities(folder, List.copyOf(models.keySet()));
        return new MoeRuntime(
                new Loaded(models, ExpertSets.read(folder, models), cache, capacities),
                limits,
                new Surroundings(clock, random, spec.maxSequences()));
    }

    /** Names to be used as {@link dev.parley.config.ModelSpec#upstreamModel()}. */
    public List<String> modelNames() {
        return List.copyOf(models.keySet());
    }

    /** What is to be known of each model. */
    public List<MoeModel> describe() {
        List<MoeModel> described = new ArrayList<>();
        models.forEach((name, model) -> described.add(describe(name, model.profile(), model.shape())));
        return described;
    }

    /**
     * What the models take and give on this machine.
     *
     * @param speed whether to work out speeds too, which takes a core for half a minute and more the first time
     */
    public List<ModelCapacity> capacities(boolean speed) {
        return capacities.list(speed);
    }

    /** How the gates of a model have chosen experts so far; empty for an unknown model. */
    public Optional<GateSummary> gates(String model) {
        return Optional.ofNullable(models.get(model)).map(scheduler::gates);
    }

    /** What the cache of experts has done; empty if all experts are in memory. */
    public Optional<ExpertCache.Figures> expertCache() {
        return cache.map(ExpertCache::figures);
    }

    /** What the memory of keys and values holds and has saved. */
    public KvFigures kv() {
        return scheduler.kv();
    }

    /** Answers being computed now. */
    public int running() {
        return scheduler.running();
    }

    /** Answers waiting for a place. */
    public int queued() {
        return scheduler.queued();
    }

    /** Hears of every whole answer from now on, in place of any earlier listener; called on engine threads, must not block. */
    public void listen(AnswerListener answers) {
        listener = answers;
    }

    /** Whether the kernels are chosen for good; until then answers come more slowly. */
    public boolean warm() {
        return warmUp.ended().getCount() == 0;
    }

    /** Begins to compile and try the faster kernels, which takes a core for some seconds. To be called once the start is over. */
    public void warmUp() {
        warmUp.begin();
    }

    /** As {@link #warmUp}, and waits until the kernels are chosen for good; false if that takes longer. */
    public boolean awaitWarm(long seconds) throws InterruptedException {
        warmUp.begin();
        return warmUp.ended().await(seconds, TimeUnit.SECONDS);
    }

    /** A backend for this event loop: called there, and signals there. */
    public Backend backend(Context context) {
        return new MoeBackend(this, context);
    }

    @Override
    public Served serving(BackendCall call, ExpertAsk ask) {
        String name = call.model().upstreamModel();
        Model model = Optional.ofNullable(models.get(name))
                .orElseThrow(() -> ChatFailure.of(
                        ChatFailure.Kind.MODEL_NOT_FOUND,
                        "The local engine has no model " + name + "; it has " + String.join(", ", modelNames()) + "."));
        ExpertSpec experts = new ExpertRules(model, calibrations.getOrDefault(name, Calibration.NONE))
                .read(ask.controls().over(call.model().moe()), ask.telemetry());
        return new Served(model.tokenizer(), experts, tasks -> scheduler.submit(model, tasks));
    }

    @Override
    public Surroundings surroundings() {
        return surroundings;
    }

    @Override
    public AnswerListener listener() {
        return listener;
    }

    private static MoeModel describe(String name, ModelProfile profile, ModelShape shape) {
        return new MoeModel(
                name,
                profile.architecture(),
                profile.quantisation(),
                shape.context(),
                shape.layers(),
                shape.experts(),
                shape.expertsUsed(),
                profile.parameters(),
                profile.activeParameters(),
                profile.fileBytes());
    }

    /** Ends running answers with a failure and waits for the computing threads. */
    @Override
    public void close() {
        warmUp.close();
        scheduler.close();
        cache.ifPresent(ExpertCache::close);
    }
}
