package dev.parley.gateway.execute;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.RawJson;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Plan;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All models at once. FIRST: a race, losers are cancelled. VOTE: all whole answers, the most frequent one, ties by predicted order. */
final class FanOutRun {
    private final Executor executor;
    private final Order order;
    private final Plan.FanOut fanOut;
    private final List<ModelSpec> models;

    FanOutRun(Executor executor, Order order, Plan.FanOut fanOut) {
        this.executor = executor;
        this.order = order;
        this.fanOut = fanOut;
        this.models = executor.specs(order, fanOut.models());
    }

    Future<Execution> run() {
        return switch (fanOut.aggregation()) {
            case FIRST -> race();
            case VOTE -> vote();
        };
    }

    private Future<Execution> race() {
        Promise<Execution> winner = Promise.promise();
        List<ChatFailure> failures = new ArrayList<>();
        List<Cancellation> runners = new ArrayList<>();
        for (ModelSpec model : models) {
            Cancellation runner = order.cancellation().part();
            runners.add(runner);
            executor.persist(order.with(runner), model, 0).onComplete(done -> {
                if (done.succeeded() && winner.tryComplete(done.result())) {
                    runners.stream().filter(other -> other != runner).forEach(Cancellation::cancel);
                } else if (done.succeeded()) {
                    runner.cancel();
                    done.result().call().cancelled();
                } else {
                    failures.add(Caller.asFailure(done.cause()));
                    if (failures.size() == models.size()) {
                        winner.tryFail(Executor.together(failures));
                    }
                }
            });
        }
        return winner.future();
    }

    private Future<Execution> vote() {
        ChatRequest whole = new ChatRequest(
                order.request().protocol(),
                order.request().body().with("stream", new RawJson("false")).without("stream_options"),
                order.request().model(),
                false,
                order.request()::conversation);
        List<Future<Execution>> calls = models.stream()
                .map(model -> executor.persist(order.reading(whole), model, 0))
                .toList();
        return Future.join(calls).transform(done -> {
            List<Execution.Whole> answers = new ArrayList<>();
            List<ChatFailure> failures = new ArrayList<>();
            for (Future<Execution> call : calls) {
                if (call.succeeded() && call.result() instanceof Execution.Whole answer) {
                    answers.add(answer);
                } else if (call.failed()) {
                    failures.add(Caller.asFailure(call.cause()));
                }
            }
            return answers.isEmpty()
                    ? Future.failedFuture(Executor.together(failures))
                    : Future.succeededFuture(elect(answers));
        });
    }

    /** The most frequent answer; of equally frequent ones the one whose first voter was predicted best. */
    static Execution elect(List<Execution.Whole> answers) {
        Map<String, Integer> votes = new LinkedHashMap<>();
        answers.forEach(answer -> votes.merge(normal(answer.answer()), 1, Integer::sum));
        int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        int elected = 0;
        while (votes.getOrDefault(normal(answers.get(elected).answer()), 0) != most) {
            elected++;
        }
        for (int i = 0; i < answers.size(); i++) {
            if (i != elected) {
                answers.get(i).call().ok();
            }
        }
        return answers.get(elected);
    }

    /** What makes two answers the same: letters and digits, without case, spacing and punctuation at the ends. */
    private static String normal(ChatAnswer answer) {
        return answer.choices().isEmpty()
                ? ""
                : answer.choices()
                        .getFirst()
                        .text()
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("\\s+", " ")
                        .replaceAll("[.!]+$", "");
    }
}
