package dev.parley.gateway.execute;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.Setting;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Plan;
import io.vertx.core.Future;
import java.util.List;

/**
 * Cheap models first; an answer is kept when its confidence reaches the threshold. Confidence is the smallest token probability of the
 * answer: on the micro models it separates a model's own field from foreign ones (moe.md). A model without logprobs is taken at its
 * word only as the last step.
 */
final class CascadeRun {
    private final Executor executor;
    private final Order order;
    private final Plan.Cascade cascade;
    private final List<ModelSpec> models;

    CascadeRun(Executor executor, Order order, Plan.Cascade cascade) {
        this.executor = executor;
        this.order = order;
        this.cascade = cascade;
        this.models = executor.specs(order, cascade.models());
    }

    Future<Execution> run() {
        return step(0);
    }

    private Future<Execution> step(int index) {
        ModelSpec model = models.get(index);
        boolean last = index == models.size() - 1;
        if (last) {
            return executor.persist(order, model, 0);
        }
        if (!model.can(Capability.LOGPROBS)) {
            return step(index + 1);
        }
        return executor.persist(order.reading(Rewording.confident(order.request())), model, 0)
                .compose(execution -> judge(execution, index), error -> step(index + 1));
    }

    private Future<Execution> judge(Execution execution, int index) {
        if (execution instanceof Execution.Whole whole && confidence(whole.answer()) >= cascade.acceptThreshold()) {
            return Future.succeededFuture(new Execution.Whole(whole.call(), withoutLogprobs(whole.answer())));
        }
        execution.call().ok();
        return step(index + 1);
    }

    /** Smallest token probability, 0..1; 0 without logprobs. */
    static double confidence(ChatAnswer answer) {
        return answer.choices().stream()
                .flatMap(choice -> choice.logprobs().stream())
                .mapToDouble(ChatEvent.TokenLogprob::logprob)
                .map(Math::exp)
                .min()
                .orElse(0);
    }

    private ChatAnswer withoutLogprobs(ChatAnswer answer) {
        if (order.request().conversation().flag(Setting.LOGPROBS)) {
            return answer;
        }
        return new ChatAnswer(
                answer.id(),
                answer.model(),
                answer.createdEpochSecond(),
                answer.choices().stream()
                        .map(c -> new ChatAnswer.Choice(
                                c.index(), c.content(), List.of(), c.finishReason(), c.stopSequence(), c.experts()))
                        .toList(),
                answer.usage());
    }
}
