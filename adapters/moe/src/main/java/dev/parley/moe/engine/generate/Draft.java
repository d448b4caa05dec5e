package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.constrain.TokenFilter;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import dev.parley.moe.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one answer says, whoever computes its logits: chooses token by token, holds to the asked form, tells text and scores, sees where
 * the answer ends. Not thread-safe.
 */
public final class Draft {
    private final Tokenizer tokenizer;
    private final String model;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Sampler sampler;
    private final @Nullable TokenFilter filter;
    private final AnswerText text;
    private int limit;
    private int generated;
    private Confidence confidence = Confidence.NONE;
    private Ending.Reason reason = Ending.Reason.LENGTH;

    /**
     * @param model its name, for messages
     */
    public Draft(Tokenizer tokenizer, String model, GenerationRequest request, GenerationListener listener) {
        this.tokenizer = tokenizer;
        this.model = model;
        this.request = request;
        this.listener = listener;
        filter = request.form().map(form -> new TokenFilter(tokenizer, form)).orElse(null);
        sampler = new Sampler(request.sampling(), new SplittableRandom(request.seed()), tokenizer.size(), filter);
        text = new AnswerText(request.limits().stops(), listener);
    }

    /**
     * Computing begins.
     *
     * @param prompt its tokens
     * @param room tokens that the context has left for the answer
     */
    public void begin(int[] prompt, int room) {
        limit = Math.min(request.limits().tokens(), room);
        sampler.prompt(prompt);
        listener.started(prompt.length);
    }

    /** Tokens of the answer so far, the end token not counted. */
    public int generated() {
        return generated;
    }

    /**
     * Chooses the next token by {@code logits[at .. at + vocabulary]}, and tells it.
     *
     * @return the token to go on with; empty if the answer is over
     */
    public OptionalInt choose(Kernels kernels, float[] logits, int at) {
        double total = kernels.logSumExp(logits, at, tokenizer.size());
        if (!Double.isFinite(total)) {
            String message = model + " computed no finite numbers: its file is damaged";
            throw new EngineException(EngineException.Kind.INTERNAL, message);
        }
        int token = sampler.pick(kernels, logits, at, tokenizer.size());
        confidence = confidence.and(Math.exp(logits[at + token] - total));
        if (tokenizer.ends(token)) {
            return over(Ending.Reason.END);
        }
        generated++;
        text.add(shown(token), score(token, logits, at, total));
        if (text.stopped()) {
            return over(Ending.Reason.STOP_SEQUENCE);
        }
        if (filter != null && filter.isOver()) {
            return over(Ending.Reason.END);
        }
        return generated == limit ? over(Ending.Reason.LENGTH) : OptionalInt.of(token);
    }

    private OptionalInt over(Ending.Reason why) {
        text.end();
        reason = text.stopped() ? Ending.Reason.STOP_SEQUENCE : why;
        return OptionalInt.empty();
    }

    /**
     * How the answer ended, once it is over.
     *
     * @param reused tokens of the prompt that were computed already
     */
    public Ending ending(int reused, ChosenExperts experts) {
        return new Ending(reason, text.stop(), generated, reused, confidence, experts);
    }

    /** SentencePiece writes a space before the first word too. */
    private byte[] shown(int token) {
        byte[] bytes = tokenizer.bytes(token);
        boolean first = generated == 1
                && tokenizer.spacesWords()
                && request.messages().getLast().role() != ChatMessage.Role.ASSISTANT;
        return first && bytes.length > 0 && bytes[0] == ' ' ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private List<TokenScore> score(int token, float[] logits, int at, double total) {
        if (request.scores() < 0) {
            return List.of();
        }
        List<TokenScore> top = new ArrayList<>();
        for (int id : TopTokens.of(logits, at, tokenizer.size(), request.scores())) {
            top.add(scored(id, logits[at + id] - total, List.of()));
        }
        return List.of(scored(token, logits[at + token] - total, top));
    }

    private TokenScore scored(int id, double logprob, List<TokenScore> top) {
        return new TokenScore(id, tokenizer.bytes(id), logprob, top);
    }
}
