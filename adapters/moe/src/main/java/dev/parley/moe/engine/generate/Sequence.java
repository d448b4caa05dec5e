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
    private int[] prompt = new int[0];
    private int limit;
    private int next;
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
        strands.add(new Strand(lane.newCache(), request.experts().rule(), experts));
        request.experts()
                .contrast()
                .ifPresent(c -> strands.add(new Strand(lane.newCache(), c.weak(), GateListener.NONE)));
        contrasted = new float[strands.size() > 1 ? vocabulary : 0];
    }

    /** One pass over the answer's tokens: its keys and values, its gates, and the row of its newest logits, or -1. */
    private static final class Strand {
        private final KvCache cache;
        private final GateRule rule;
        private final GateListener listener;
        private int row = -1;

        Strand(KvCache cache, GateRule rule, GateListener listener) {
            this.cache = cache;
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
        prompt = model.template().render(request.messages());
        int context = Math.min(model.shape().context(), request.limits().context());
        if (prompt.length >= context) {
            throw new EngineException(
                    EngineException.Kind.CONTEXT_OVERFLOW,
                    "The conversation has " + prompt.length + " tokens, but "
                            + model.profile().name() + " takes " + context
                            + " in all, prompt and answer. Shorten it, or choose a model with a larger context.");
        }
        limit = Math.min(request.limits().tokens(), context - prompt.length);
        sampler.prompt(prompt);
        listener.started(prompt.length);
    }

    /** Adds the token chosen last, if the prompt is through. */
    void addDecode(TokenBatch batch) {
        boolean prompted = computed() >= prompt.length;
        for (Strand strand : strands) {
            strand.row = -1;
            if (prompted) {
                strand.add(batch, new int[] {next}, 0, 1, true);
            }
        }
    }

    /** Adds as much of the prompt as there is room for, to all strands alike. */
    void addPrefill(TokenBatch batch) {
        int from = computed();
        int count = Math.min(prompt.length - from, batch.room() / strands.size());
        if (count > 0) {
            strands.forEach(strand -> strand.add(batch, prompt, from, count, from + count == prompt.length));
        }
    }

    private int computed() {
        return strands.getFirst().cache.length();
    }

    /** Chooses the next token if its logits were computed. */
    void advance(Kernels kernels, float[] logits) {
        int row = strands.getFirst().row;
        if (row < 0) {
            return;
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
        next = token;
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
        Ending ending = new Ending(told, text.stop(), generated, confidence, experts.use());
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
