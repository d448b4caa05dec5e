package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.GateLog;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Crew;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.RmsNorm;
import dev.parley.moe.engine.tensor.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The forward pass over a batch of tokens. T tokens in the batch, n of them still computed (in the last layer only those whose logits
 * are wanted), D width, F hidden width, E experts, V vocabulary. Owns its scratch memory: one
 * instance belongs to one thread at a time.
 */
public final class Forward {
    /** Tokens for which all experts of a layer are computed together: each then has few rows, and their memory is small. */
    private static final int FEW = 8;

    private final Model model;
    private final ModelShape shape;
    private final RmsNorm norm;
    private final Attention attention;
    private final KvPool pages;
    private final GateLog gateLog;
    private final Gate gate;
    private final Optional<Foresight> foresight;
    private final float[] x; // [T, D] the residual stream
    private final Activations normed; // [n, D]
    private final float[] scores; // [n, E], of a gate
    private final FeedForward feedForward;
    private final List<FeedForward.Task> tasks = new ArrayList<>();
    private final float[] out; // [n, D]
    private float[] logits = new float[0]; // [wanted, V]
    private FeedForwardListener listener = FeedForwardListener.NONE;

    /** Hears what dense feed-forward parts compute, layer by layer, on the computing thread. */
    @FunctionalInterface
    public interface FeedForwardListener {
        /** Hears nothing. */
        FeedForwardListener NONE = (layer, rows, input, hidden) -> {};

        /**
         * @param rows tokens that were computed together
         * @param input [rows, width], normed; overwritten by the next step
         * @param hidden [rows, hidden], what the neurons gave: {@code silu(gate x) * up x}; overwritten by the next step
         */
        void computed(int layer, int rows, float[] input, float[] hidden);
    }

    /** As {@link #Forward(Model, int, int)}, with as many pages as it takes. */
    public Forward(Model model, int capacity) {
        this(model, capacity, Integer.MAX_VALUE);
    }

    /**
     * @param capacity tokens in a batch, at most
     * @param most pages of keys and values at a time
     */
    public Forward(Model model, int capacity, int most) {
        this.model = model;
        shape = model.shape();
        norm = new RmsNorm(shape.epsilon());
        attention = Attention.of(shape, capacity);
        pages = new KvPool(shape, most);
        gateLog = new GateLog(shape.layers(), shape.experts());
        gate = new Gate(shape, capacity, gateLog);
        boolean cached = model.weights().layers().stream().anyMatch(Foresight::worthwhile);
        foresight = cached ? Optional.of(new Foresight(shape, capacity)) : Optional.empty();
        x = new float[capacity * shape.width()];
        normed = new Activations(capacity, shape.width());
        scores = new float[capacity * shape.experts()];
        feedForward = new FeedForward(shape.width());
        out = new float[capacity * shape.width()];
    }

    /** Has the dense feed-forward parts of all that is computed from now on told. */
    public void observe(FeedForwardListener observer) {
        listener = observer;
    }

    /** A cache whose pages are for itself alone. */
    public KvCache newCache() {
        return new KvCache(pages, Optional.empty());
    }

    /** A cache that shares pages with others of the same rule; every token in it is computed by that rule. */
    public KvCache newCache(GateRule rule) {
        return new KvCache(pages, Optional.of(rule));
    }

    /** Bytes of keys and values for so many positions are taken at a time: a page's. */
    public static long pageBytes(Model model) {
        return KvPage.bytes(model.shape());
    }

    /** Whether so many more pages of keys and values can be had; then they can until others are taken. */
    public boolean room(int more) {
        return pages.room(more);
    }

    /** Pages of keys and values at a time, at most. */
    public int mostPages() {
        return pages.most();
    }

    /** Counts a prompt, of which so many tokens needed no computing. */
    public void prompted(int promptTokens, int reusedTokens) {
        pages.counted(promptTokens, reusedTokens);
    }

    /** What the memory of keys and values holds; any thread may ask. */
    public KvFigures kv() {
        return pages.figures();
    }

    public GateLog gateLog() {
        return gateLog;
    }

    /** Logits of the last {@link #run}, [wanted, V]; overwritten by the next. */
    public float[] logits() {
        return logits;
    }

    /** Computes the batch on one thread and lengthens its caches. */
    public void run(Kernels kernels, TokenBatch batch) {
        run(kernels, Crew.ALONE, batch);
    }

    /** As {@link #run(Kernels, TokenBatch)}, with the crew's help; the results are the same bit for bit. */
    public void run(Kernels kernels, Crew crew, TokenBatch batch) {
        Weights weights = model.weights();
        Selection all = Selection.first(batch.size());
        for (int t = 0; t < batch.size(); t++) {
            weights.embedding().row(batch.token(t), x, t * shape.width());
        }
        for (int n = 0; n < shape.layers(); n++) {
            Weights.Layer layer = weights.layers().get(n);
            Selection live = n + 1 < shape.layers() ? all : batch.wanted();
            attend(new Step(kernels, crew, batch, n, live), layer);
            think(new Step(kernels, crew, batch, n, live), layer);
        }
        for (int t = 0; t < batch.size(); t++) {
            batch.cache(t).computed(kernels, batch.token(t));
        }
        project(kernels, crew, batch.wanted());
    }

    /** One layer's work; {@code live} tokens go on. */
    record Step(Kernels kernels, Crew crew, TokenBatch batch, int layer, Selection live) {
        void compute(Linear.Work... works) {
            Linear.compute(crew, kernels, works);
        }

        /** result = w x over the first n rows of {@code rows}, which are rounded before. */
        void times(Linear w, Activations rows, int n, float[] result) {
            kernels.quantise(rows, n);
            compute(new Linear.Product(w, rows, Selection.first(n), result));
        }
    }

    /** x += attention(norm(x)). */
    private void attend(Step step, Weights.Layer layer) {
        norm.rows(
                step.kernels(),
                layer.attentionNorm(),
                x,
                Selection.first(step.batch().size()),
                normed);
        attention.attend(step, layer.attention(), normed, out);
        for (int i = 0; i < step.live().size(); i++) {
            add(step.live().rows()[i], out, i, 1);
        }
    }

    /** x += experts(norm(x)). */
    private void think(Step step, Weights.Layer layer) {
        int n = step.live().size();
        if (n == 0) {
            return;
        }
        norm.rows(step.kernels(), layer.feedForwardNorm(), x, step.live(), normed);
        tasks.clear(); // of a step that failed
        switch (layer.feedForward()) {
            case Weights.Dense dense -> {
                task(dense, Selection.first(n), ones(n));
                compute(step);
                listener.computed(
                        step.layer(), n, normed.values(), feedForward.inner(0).values());
            }
            case Weights.Experts experts -> mixture(step, experts);
        }
    }

    private void mixture(Step step, Weights.Experts weights) {
        int n = step.live().size();
        step.compute(new Linear.Product(weights.gate(), normed, Selection.first(n), scores));
        gate.choose(step, weights, scores);
        look(step, weights);
        // An expert from the cache must be free to leave it before the next one comes.
        boolean together = n <= FEW && !(weights.experts() instanceof ExpertCache.Layer);
        for (int e = 0; e < shape.experts(); e++) {
            Selection tokens = gate.tokensOf(e);
            if (tokens.size() > 0) {
                task(weights.experts().get(e), tokens, gate.shares(e, weights.scale()));
                if (!together) {
                    compute(step);
                }
            }
        }
        for (Weights.Shared shared : weights.shared()) {
            task(shared.expert(), Selection.first(n), shares(shared, n));
            if (!together) {
                compute(step);
            }
        }
        compute(step);
    }

    /** Has the next layer's experts fetched while this one's are computed. */
    private void look(Step step, Weights.Experts weights) {
        if (foresight.isPresent()) {
            foresight.get().compare(step.layer(), weights, step.live(), gate);
            int next = step.layer() + 1;
            if (next < shape.layers()) {
                Weights.Layer layer = model.weights().layers().get(next);
                foresight.get().guess(step.kernels(), step.batch(), step.live(), x, new Foresight.Next(layer, next));
            }
        }
    }

    /** Weights of a shared expert for the first n rows of {@link #normed}. */
    private float[] shares(Weights.Shared shared, int n) {
        float[] shares = ones(n);
        for (int i = 0; i < n && shared.gate().length > 0; i++) {
            double sum = 0;
            for (int d = 0; d < shared.gate().length; d++) {
                sum += shared.gate()[d] * normed.values()[i * shape.width() + d];
            }
            shares[i] = (float) (1 / (1 + Math.exp(-sum)));
        }
        return shares;
    }

    private static float[] ones(int n) {
        float[] ones = new float[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    private void task(Weights.Dense w, Selection rows, float[] shares) {
        tasks.add(new FeedForward.Task(w, rows, shares));
    }

    /** x += share * what comes of it, for all tasks so far. */
    private void compute(Step step) {
        if (tasks.isEmpty()) {
            return;
        }
        feedForward.compute(step, normed, tasks);
        for (int i = 0; i < tasks.size(); i++) {
            FeedForward.Task task = tasks.get(i);
            for (int j = 0; j < task.rows().size(); j++) {
                add(step.live().rows()[task.rows().rows()[j]], feedForward.out(i), j, task.shares()[j]);
            }
        }
        tasks.clear();
    }

    /** x[token] += share * out[row]. */
    private void add(int token, float[] out, int row, float share) {
        int to = token * shape.width();
        int from = row * shape.width();
        for (int d = 0; d < shape.width(); d++) {
            x[to + d] += share * out[from + d];
        }
    }

    /** logits = output(norm(x)). */
    private void project(Kernels kernels, Crew crew, Selection wanted) {
        int size = wanted.size() * shape.vocabulary();
        if (logits.length < size) {
            logits = Arrays.copyOf(logits, size);
        }
        if (wanted.size() > 0) {
            norm.rows(kernels, model.weights().outputNorm(), x, wanted, normed);
            Linear output = Linear.plain(model.weights().output());
            Linear.compute(crew, kernels, new Linear.Product(output, normed, Selection.first(wanted.size()), logits));
        }
    }
}
