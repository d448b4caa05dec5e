package dev.parley.gateway.execute;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.Part;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Plan;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All models at once. FIRST: a race, losers are cancelled. The others wait for all whole answers: VOTE takes the most frequent one,
 * ties by predicted order; JUDGE and SYNTHESIZE ask the model predicted best once more, unless the answers agree or call tools. If
 * that call fails or names no answer, the vote decides, with a warning.
 */
final class FanOutRun {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,3}");

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
            case VOTE -> answers().map(FanOutRun::elect);
            case JUDGE -> answers().compose(this::judge);
            case SYNTHESIZE -> answers().compose(this::synthesize);
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

    /** What the models say, in predicted order, without those that failed; a failure if all did. */
    private Future<List<Execution.Whole>> answers() {
        ChatRequest whole = Rewording.whole(order.request());
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
                    : Future.succeededFuture(answers);
        });
    }

    private Future<Execution> judge(List<Execution.Whole> answers) {
        if (settled(answers)) {
            return Future.succeededFuture(elect(answers));
        }
        List<Execution.Whole> shown = shuffled(answers);
        ChatRequest question = Rewording.judging(order.request(), texts(shown));
        return executor.persist(order.reading(question), models.getFirst(), 0).transform(done -> {
            if (done.failed()) {
                return voteAfter(done.cause(), answers);
            }
            done.result().call().ok();
            OptionalInt best = named(done.result(), shown.size());
            return Future.succeededFuture(
                    best.isPresent()
                            ? chosen(answers, answers.indexOf(shown.get(best.getAsInt())))
                            : voted(answers, "named no answer"));
        });
    }

    private Future<Execution> synthesize(List<Execution.Whole> answers) {
        if (settled(answers)) {
            return Future.succeededFuture(elect(answers));
        }
        ChatRequest question = Rewording.synthesizing(order.request(), texts(answers));
        return executor.persist(order.reading(question), models.getFirst(), 0).transform(done -> {
            if (done.failed()) {
                return voteAfter(done.cause(), answers);
            }
            answers.forEach(answer -> answer.call().ok());
            return Future.succeededFuture(done.result());
        });
    }

    /** Nothing to weigh: one answer, all the same, or an action that must not be done twice or reworded. */
    private static boolean settled(List<Execution.Whole> answers) {
        return answers.stream().map(a -> normal(a.answer())).distinct().count() == 1
                || answers.stream().anyMatch(FanOutRun::callsTools);
    }

    private static boolean callsTools(Execution.Whole whole) {
        return whole.answer().choices().stream()
                .anyMatch(choice -> choice.content().stream().anyMatch(Part.ToolUse.class::isInstance));
    }

    /** Judges favour places in the list; the order depends on the answers alone, not on who gave them. */
    private static List<Execution.Whole> shuffled(List<Execution.Whole> answers) {
        List<Execution.Whole> shown = new ArrayList<>(answers);
        shown.sort((a, b) -> Integer.compare(
                normal(a.answer()).hashCode(), normal(b.answer()).hashCode()));
        return shown;
    }

    private static OptionalInt named(Execution verdict, int count) {
        if (verdict instanceof Execution.Whole whole
                && !whole.answer().choices().isEmpty()) {
            Matcher number = NUMBER.matcher(whole.answer().choices().getFirst().text());
            if (number.find()) {
                int place = Integer.parseInt(number.group());
                return place >= 1 && place <= count ? OptionalInt.of(place - 1) : OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    private Future<Execution> voteAfter(Throwable failed, List<Execution.Whole> answers) {
        ChatFailure failure = Caller.asFailure(failed);
        return failure.kind() == ChatFailure.Kind.CANCELLED
                ? Future.failedFuture(failure)
                : Future.succeededFuture(voted(answers, "failed (" + failure.kind() + ")"));
    }

    private Execution voted(List<Execution.Whole> answers, String why) {
        order.warnings()
                .accept("gateway.fanout.aggregate: the model '"
                        + models.getFirst().id().value() + "' that was to decide " + why + "; the majority was taken");
        return elect(answers);
    }

    private static List<String> texts(List<Execution.Whole> answers) {
        return answers.stream().map(answer -> text(answer.answer())).toList();
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
        return chosen(answers, elected);
    }

    private static Execution chosen(List<Execution.Whole> answers, int index) {
        for (int i = 0; i < answers.size(); i++) {
            if (i != index) {
                answers.get(i).call().ok();
            }
        }
        return answers.get(index);
    }

    private static String text(ChatAnswer answer) {
        return answer.choices().isEmpty() ? "" : answer.choices().getFirst().text();
    }

    /** What makes two answers the same: letters and digits, without case, spacing and punctuation at the ends. */
    private static String normal(ChatAnswer answer) {
        return text(answer)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s+", " ")
                .replaceAll("[.!]+$", "");
    }
}
