package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.generate.ChosenExperts;
import dev.parley.moe.engine.generate.Draft;
import dev.parley.moe.engine.generate.Ending;
import dev.parley.moe.engine.generate.Generation;
import dev.parley.moe.engine.generate.GenerationListener;
import dev.parley.moe.engine.generate.GenerationRequest;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.tensor.Kernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One answer in the making. Belongs to the scheduler's thread, but for {@link #cancel}. */
final class WorkerSequence implements Generation {
    private static final ChosenExperts UNTOLD = new ChosenExperts(0, 0, List.of(), List.of());

    private final WorkerModel model;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Consumer<WorkerSequence> forget;
    private final Draft draft;
    private int[] tokens = new int[0]; // [known ..] of prompt and answer
    private int known;
    private int prompt;
    private int computed;
    private int reused; // of the prompt
    private int row = -1;
    private int slot = -1;
    private boolean over;
    private boolean ended;
    private Runnable farewell = () -> {};
    private volatile boolean cancelled;

    /**
     * @param forget takes it out of the queue
     */
    WorkerSequence(WorkerModel model, Scheduler.Task task, Consumer<WorkerSequence> forget) {
        this.model = model;
        this.request = task.request();
        this.listener = task.listener();
        this.forget = forget;
        draft = new Draft(model.tokenizer(), model.source().name(), request, listener);
    }

    @Override
    public void cancel() {
        cancelled = true;
        forget.accept(this);
    }

    WorkerModel model() {
        return model;
    }

    /** It leaves: finished, failed or cancelled. */
    boolean leaves() {
        return over || cancelled;
    }

    /** It came to its end. */
    boolean ended() {
        return ended;
    }

    /** Renders the prompt and checks that it fits. */
    void begin(WorkerProcess worker) throws IOException {
        tokens = model.render(worker, request.messages());
        prompt = tokens.length;
        known = prompt;
        int context = Math.min(model.context(), request.limits().context());
        if (prompt >= context) {
            String name = model.source().name();
            String why = context < model.context()
                    ? "choose a model with a larger context."
                    : "raise context of its llamacpp backend if the model was trained for more.";
            throw new EngineException(
                    EngineException.Kind.CONTEXT_OVERFLOW,
                    "The conversation has " + prompt + " tokens, but " + name + " takes " + context
                            + " in all, prompt and answer. Shorten it, or " + why);
        }
        slot = model.slots().take(tokens);
        if (model.slots().used(slot)) {
            int common = model.slots().common(slot, tokens);
            reused = worker.keep(model.index(), slot, common) ? common : 0;
            computed = reused;
        }
        draft.begin(tokens, context - prompt);
    }

    /** Adds the token chosen last, if the prompt is through. */
    void addDecode(StepBatch batch) {
        row = -1;
        if (computed >= prompt && computed < known) {
            add(batch, known - computed);
        }
    }

    /** Adds as much of the prompt as there is room for. */
    void addPrefill(StepBatch batch) {
        if (computed < prompt) {
            add(batch, Math.min(prompt - computed, batch.room()));
        }
    }

    private void add(StepBatch batch, int count) {
        for (int i = 0; i < count; i++) {
            batch.add(slot, computed, tokens[computed]);
            computed++;
        }
        row = count > 0 && computed == known ? batch.want() : -1;
    }

    /** Chooses the next token if its logits were computed. */
    void advance(Kernels kernels, float[] logits) {
        if (row < 0) {
            return;
        }
        OptionalInt token =
                draft.choose(kernels, logits, row * model.tokenizer().size());
        if (token.isEmpty()) {
            Ending ending = draft.ending(reused, UNTOLD);
            over = true;
            ended = true;
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

    /** Gives its part of llama.cpp's memory back. */
    void release() {
        if (slot >= 0) {
            boolean told = ended || cancelled; // else a step may have been begun only
            model.slots().give(slot, Arrays.copyOf(tokens, told ? computed : 0));
        }
    }

    /** Tells the end, once the place is free: whoever hears of it may ask again at once. */
    void farewell() {
        if (!cancelled) {
            farewell.run();
        }
    }
}
