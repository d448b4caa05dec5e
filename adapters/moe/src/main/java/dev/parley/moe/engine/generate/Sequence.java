package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.gate.GateListener;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** One answer in the making. Belongs to its lane's thread, but for {@link #cancel}. */
final class Sequence implements Generation {
    private final Lane lane;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Draft draft;
    private final ExpertTrace experts;
    private final List<Strand> strands = new ArrayList<>();
    private final float[] contrasted;
    private int[] tokens = new int[0]; // [known ..] of prompt and answer
    private int known;
    private int prompt; // of them
    private int seen; // positions that were computed, if only once
    private int reused;
    private boolean fed; // what it computes next has its memory
    private boolean over;
    private Runnable farewell = () -> {};
    private volatile boolean cancelled;

    Sequence(Lane lane, GenerationRequest request, GenerationListener listener) {
        this.lane = lane;
        this.request = request;
        this.listener = listener;
        Model model = lane.model();
        draft = new Draft(model.tokenizer(), model.profile().name(), request, listener);
        experts = new ExpertTrace(model.shape().layers(), request.experts().named());
        strands.add(new Strand(lane, request.experts().rule(), experts));
        request.experts().contrast().ifPresent(c -> strands.add(new Strand(lane, c.weak(), GateListener.NONE)));
        contrasted = new float[strands.size() > 1 ? model.shape().vocabulary() : 0];
    }

    /** One pass over the answer's tokens: its keys and values, its gates, and the row of its newest logits, or -1. */
    private static final class Strand {
        private final KvCache cache;
        private final GateRule rule;
        private final GateListener listener;
        private int row = -1;

        Strand(Lane lane, GateRule rule, GateListener listener) {
            cache = lane.newCache(rule);
            this.rule = rule;
            this.listener = listener;
        }

        void add(TokenBatch batch, int[] tokens, int from, int count, boolean wanted) {
            for (int i = 0; i < count; i++) {
                batch.add(cache, i, tokens[from + i], rule);
            }
            row = wanted ? batch.want(listener) : -1;
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        lane.cancelled(this);
    }

    Lane lane() {
        return lane;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** Finished or failed: the sequence leaves its lane. */
    boolean over() {
        return over;
    }

    /** Renders the prompt and checks that it fits. */
    void begin() {
        Model model = lane.model();
        tokens = model.template().render(request.messages());
        prompt = tokens.length;
        known = prompt;
        int context = Math.min(model.shape().context(), request.limits().context());
        int memory = (int) Math.min(Integer.MAX_VALUE, (long) (lane.mostPages() / strands.size()) * Kernels.PAGE);
        if (prompt >= Math.min(context, memory)) {
            String why = context <= memory
                    ? " takes " + context
                            + " in all, prompt and answer. Shorten it, or choose a model with a larger context."
                    : " has memory for " + memory
                            + " in all, prompt and answer. Shorten it, or raise kv_memory of the moe backend.";
            throw new EngineException(
                    EngineException.Kind.CONTEXT_OVERFLOW,
                    "The conversation has " + prompt + " tokens, but "
                            + model.profile().name() + why);
        }
        draft.begin(tokens, Math.min(context, memory) - prompt);
    }

    /** Whether it has memory for keys and values; if not, it has not begun, or must begin anew. */
    boolean holds() {
        return strands.getFirst().cache.pages() > 0;
    }

    /**
     * Makes sure of the memory for what it computes next. What was computed before, here or in another sequence, is taken over.
     *
     * @param spare pages that must be left beyond it if it has not begun
     * @return whether there is enough
     */
    boolean feed(Kernels kernels, int spare) {
        boolean begun = holds();
        if (computed() < known - 1) {
            reuse(kernels);
        }
        int pages = strands.stream()
                .mapToInt(strand -> Math.ceilDiv(known, Kernels.PAGE) - strand.cache.pages())
                .sum();
        fed = lane.room(pages + (begun ? 0 : spare));
        if (fed) {
            strands.forEach(strand -> strand.cache.reserve(known));
        } else if (!begun) {
            starve();
        }
        return fed;
    }

    private void reuse(Kernels kernels) {
        int before = Math.max(seen, computed());
        int until = strands.stream()
                .mapToInt(strand -> strand.cache.reusable(kernels, tokens, known - 1))
                .min()
                .orElseThrow();
        strands.forEach(strand -> strand.cache.reuse(kernels, tokens, until));
        if (strands.getFirst().cache.length() != strands.getLast().cache.length()) {
            // No memory for a copy of a page's beginning: only whole pages then, which need none.
            starve();
            strands.forEach(strand -> strand.cache.reuse(kernels, tokens, until / Kernels.PAGE * Kernels.PAGE));
        }
        reused += Math.max(0, computed() - before);
        seen = Math.max(seen, computed());
    }

    /** Gives the memory back for older sequences to go on; all is computed again later. */
    void starve() {
        strands.forEach(strand -> strand.cache.release());
        fed = false;
    }

    /** Adds the token chosen last, if the prompt is through. */
    void addDecode(TokenBatch batch) {
        boolean due = fed && known > prompt && computed() == known - 1;
        strands.forEach(strand -> strand.row = -1);
        if (due) {
            strands.forEach(strand -> strand.add(batch, tokens, known - 1, 1, true));
            fed = false;
        }
    }

    /** Adds as much of what is not computed as there is room for, to all strands alike. */
    void addPrefill(TokenBatch batch) {
        int from = computed();
        int count = Math.min(known - from, batch.room() / strands.size());
        if (fed && count > 0) {
            strands.forEach(strand -> strand.add(batch, tokens, from, count, from + count == known));
        }
    }

    private int computed() {
        return strands.getFirst().cache.length();
    }

    /** Chooses the next token if its logits were computed. */
    void advance(Kernels kernels, float[] logits) {
        seen = Math.max(seen, computed());
        int row = strands.getFirst().row;
        if (row < 0) {
            return;
        }
        if (draft.generated() == 0) {
            lane.prompted(prompt, reused);
        }
        int vocabulary = lane.model().shape().vocabulary();
        if (contrasted.length == 0) {
            choose(kernels, logits, row * vocabulary);
            return;
        }
        request.experts()
                .contrast()
                .orElseThrow()
                .apply(logits, row * vocabulary, strands.getLast().row * vocabulary, contrasted);
        choose(kernels, contrasted, 0);
    }

    private void choose(Kernels kernels, float[] logits, int at) {
        OptionalInt token = draft.choose(kernels, logits, at);
        if (token.isEmpty()) {
            Ending ending = draft.ending(reused, experts.use());
            over = true;
            farewell = () -> listener.finished(ending);
            return;
        }
        if (known == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * known);
        }
        tokens[known++] = token.getAsInt();
    }

    void fail(EngineException failure) {
        if (!over) {
            over = true;
            farewell = () -> listener.failed(failure);
        }
    }

    /** Tells the end, once the place is free: whoever hears of it may ask again at once. */
    void farewell() {
        if (!cancelled) {
            farewell.run();
        }
    }

    /** Gives the memory back. */
    void release() {
        strands.forEach(strand -> strand.cache.release());
    }
}
