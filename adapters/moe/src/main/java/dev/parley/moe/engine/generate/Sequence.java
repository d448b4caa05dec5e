package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.constrain.TokenFilter;
import dev.parley.moe.engine.model.GateListener;
import dev.parley.moe.engine.model.GateRule;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One answer in the making. Belongs to its lane's thread, but for {@link #cancel}. */
final class Sequence implements Generation {
    private final Lane lane;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Sampler sampler;
    private final @Nullable TokenFilter filter;
    private final AnswerText text;
    private final int scores;
    private final ExpertTrace experts;
    private final List<Strand> strands = new ArrayList<>();
    private final float[] contrasted;
    private int[] tokens = new int[0]; // [known ..] of prompt and answer
    private int known;
    private int prompt; // of them
    private int seen; // positions that were computed, if only once
    private int reused;
    private boolean fed; // what it computes next has its memory
    private int limit;
    private int generated;
    private Confidence confidence = Confidence.NONE;
    private boolean over;
    private Runnable farewell = () -> {};
    private volatile boolean cancelled;

    Sequence(Lane lane, GenerationRequest request, GenerationListener listener) {
        this.lane = lane;
        this.request = request;
        this.listener = listener;
        this.scores = request.scores();
        int vocabulary = lane.model().shape().vocabulary();
        filter = request.form()
                .map(form -> new TokenFilter(lane.model().tokenizer(), form))
                .orElse(null);
        sampler = new Sampler(request.sampling(), new SplittableRandom(request.seed()), vocabulary, filter);
        text = new AnswerText(request.limits().stops(), listener);
        experts =
                new ExpertTrace(lane.model().shape().layers(), request.experts().named());
        strands.add(new Strand(lane, request.experts().rule(), experts));
        request.experts().contrast().ifPresent(c -> strands.add(new Strand(lane, c.weak(), GateListener.NONE)));
        contrasted = new float[strands.size() > 1 ? vocabulary : 0];
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
        limit = Math.min(request.limits().tokens(), Math.min(context, memory) - prompt);
        sampler.prompt(tokens);
        listener.started(prompt);
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
        if (generated == 0) {
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
        int vocabulary = lane.model().shape().vocabulary();
        double total = kernels.logSumExp(logits, at, vocabulary);
        if (!Double.isFinite(total)) {
            String message = lane.model().profile().name() + " computed no finite numbers: its file is damaged";
            throw new EngineException(EngineException.Kind.INTERNAL, message);
        }
        int token = sampler.pick(kernels, logits, at, vocabulary);
        confidence = confidence.and(Math.exp(logits[at + token] - total));
        if (lane.model().tokenizer().ends(token)) {
            finish(Ending.Reason.END);
            return;
        }
        if (known == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * known);
        }
        tokens[known++] = token;
        generated++;
        text.add(shown(token), score(token, logits, at, total));
        if (text.stopped()) {
            finish(Ending.Reason.STOP_SEQUENCE);
        } else if (filter != null && filter.isOver()) {
            finish(Ending.Reason.END);
        } else if (generated == limit) {
            finish(Ending.Reason.LENGTH);
        }
    }

    /** SentencePiece writes a space before the first word too. */
    private byte[] shown(int token) {
        byte[] bytes = lane.model().tokenizer().bytes(token);
        boolean first = generated == 1
                && lane.model().tokenizer().spacesWords()
                && request.messages().getLast().role() != ChatMessage.Role.ASSISTANT;
        return first && bytes.length > 0 && bytes[0] == ' ' ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private void finish(Ending.Reason reason) {
        text.end();
        Ending.Reason told = text.stopped() ? Ending.Reason.STOP_SEQUENCE : reason;
        Ending ending = new Ending(told, text.stop(), generated, reused, confidence, experts.use());
        over = true;
        farewell = () -> listener.finished(ending);
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

    private List<TokenScore> score(int token, float[] logits, int at, double total) {
        if (scores < 0) {
            return List.of();
        }
        List<TokenScore> top = new ArrayList<>();
        for (int id : TopTokens.of(logits, at, lane.model().shape().vocabulary(), scores)) {
            top.add(scored(id, logits[at + id] - total, List.of()));
        }
        return List.of(scored(token, logits[at + token] - total, top));
    }

    private TokenScore scored(int id, double logprob, List<TokenScore> top) {
        return new TokenScore(id, lane.model().tokenizer().bytes(id), logprob, top);
    }
}
