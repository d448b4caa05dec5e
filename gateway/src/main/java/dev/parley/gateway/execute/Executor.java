package dev.parley.gateway.execute;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.ServerDialect;
import dev.parley.config.BackendSpec;
import dev.parley.config.Capability;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.routers.Adviser;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries plans out. One per event loop, confined to it. */
public final class Executor {
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Caller caller;
    private final BackendHealth health;

    /**
     * What an executor works with.
     *
     * @param servers dialects towards clients, for relays
     * @param clients dialects towards backends, for their errors
     */
    public record Rooms(
            Vertx vertx,
            BackendSet backends,
            BackendHealth health,
            Map<Protocol, ServerDialect> servers,
            Map<BackendSpec.Protocol, ClientDialect> clients,
            InstantSource clock) {}

    public Executor(Rooms rooms) {
        this.vertx = rooms.vertx();
        this.caller = new Caller(rooms);
        this.health = rooms.health();
    }

    /** Carries out; fails with {@link ChatFailure} if no attempt succeeded. Nothing has reached the client until it completes. */
    public Future<Execution> execute(Order order, Plan plan) {
        return switch (plan) {
            case Plan.Single single
            when single.fallbacks().isEmpty() ->
                persist(order, order.config().model(single.model()).orElseThrow(), 0);
            case Plan.Single single -> inOrder(order, specs(order, single.models()), new ArrayList<>());
            case Plan.Cascade cascade -> new CascadeRun(this, order, cascade).run();
            case Plan.FanOut fanOut -> new FanOutRun(this, order, fanOut).run();
        };
    }

    /**
     * Asks a model for advice on the order's conversation, in one piece.
     *
     * @param asked by whose deadline the call is ended, which is not held against its backend
     * @param candidates that it may name
     * @return its words; fails with {@link ChatFailure}
     */
    public Future<String> advice(Order order, ModelSpec model, Adviser asked, List<ModelSpec> candidates) {
        Cancellation call = order.cancellation().part();
        long timer = vertx.setTimer(Math.max(1, asked.deadline().toMillis()), id -> call.cancel());
        boolean held = model.can(Capability.JSON_SCHEMA);
        OutputFormat form = held
                ? new OutputFormat.JsonSchema("advice", "", new RawJson(Adviser.schema(candidates)), false)
                : new OutputFormat.FreeText();
        Order asking = order.with(call)
                .reading(Rewording.advising(order.request(), asked.instructions(candidates, held), form));
        return persist(asking, model, 0)
                .onComplete(done -> vertx.cancelTimer(timer))
                .map(execution -> {
                    execution.call().ok();
                    return execution instanceof Execution.Whole whole
                                    && !whole.answer().choices().isEmpty()
                            ? whole.answer().choices().getFirst().text()
                            : "";
                });
    }

    /** A call that is no chat begins; it is counted like one. */
    public Journal.Entry begin(Journal journal, ModelSpec model) {
        return journal.begin(model, health);
    }

    /** Throws {@link ChatFailure} ALL_BACKENDS_DOWN if the model's backend is to be left alone for now. */
    public void admit(ModelSpec model) {
        caller.admit(model.backend());
    }

    /** What came of a call that is no chat: it counts for or against the backend as a chat would. */
    public void ended(ModelSpec model, Optional<ChatFailure> failure) {
        failure.ifPresentOrElse(f -> note(model, f), () -> health.answered(model.backend()));
    }

    List<ModelSpec> specs(Order order, List<ModelId> ids) {
        return ids.stream().map(id -> order.config().model(id).orElseThrow()).toList();
    }

    /** One model after the other until one answers. */
    private Future<Execution> inOrder(Order order, List<ModelSpec> models, List<ChatFailure> failures) {
        if (models.isEmpty()) {
            return Future.failedFuture(together(failures));
        }
        return persist(order, models.getFirst(), 0).recover(error -> {
            ChatFailure failure = Caller.asFailure(error);
            failures.add(failure);
            boolean next = failure.kind().retryable() || failure.kind() == ChatFailure.Kind.CONTEXT_OVERFLOW;
            if (!next || order.cancellation().cancelled()) {
                return Future.failedFuture(together(failures));
            }
            return inOrder(order, models.subList(1, models.size()), failures);
        });
    }

    /** One model, tried again after a passing fault as often as its backend's settings allow. */
    Future<Execution> persist(Order order, ModelSpec model, int tries) {
        return caller.call(order, model).recover(error -> {
            ChatFailure failure = Caller.asFailure(error);
            if (!again(order, model, failure, tries)) {
                note(model, failure);
                return Future.failedFuture(failure);
            }
            return wait(failure, tries).compose(v -> persist(order, model, tries + 1));
        });
    }

    /** A request counts once against a backend, however often it was tried. */
    private void note(ModelSpec model, ChatFailure failure) {
        switch (failure.kind()) {
            case UPSTREAM_FAILED, UPSTREAM_TIMEOUT, UPSTREAM_AUTH -> health.failed(model.backend());
            case BAD_REQUEST,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    BUDGET_EXHAUSTED,
                    MODEL_NOT_FOUND,
                    UNKNOWN_URL,
                    METHOD_NOT_ALLOWED,
                    TOO_LARGE,
                    RATE_LIMITED,
                    CONTEXT_OVERFLOW,
                    UPSTREAM_REJECTED,
                    OVERLOADED,
                    ALL_BACKENDS_DOWN,
                    CANCELLED,
                    INTERNAL -> {}
        }
    }

    private static boolean again(Order order, ModelSpec model, ChatFailure failure, int tries) {
        int allowed = order.config().backend(model.backend()).orElseThrow() instanceof BackendSpec.Http http
                ? http.maxRetries()
                : 0;
        boolean passing = switch (failure.kind()) {
            case UPSTREAM_FAILED, OVERLOADED -> true;
            case RATE_LIMITED -> failure.retryAfter().compareTo(LONGEST_WAIT) <= 0;
            case BAD_REQUEST,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    BUDGET_EXHAUSTED,
                    MODEL_NOT_FOUND,
                    UNKNOWN_URL,
                    METHOD_NOT_ALLOWED,
                    TOO_LARGE,
                    CONTEXT_OVERFLOW,
                    UPSTREAM_REJECTED,
                    UPSTREAM_TIMEOUT,
                    UPSTREAM_AUTH,
                    ALL_BACKENDS_DOWN,
                    CANCELLED,
                    INTERNAL -> false;
        };
        return passing && tries < allowed && !order.cancellation().cancelled();
    }

    private Future<Void> wait(ChatFailure failure, int tries) {
        Duration wait = failure.retryAfter().isZero() ? FIRST_WAIT.multipliedBy(1L << tries) : failure.retryAfter();
        Promise<Void> over = Promise.promise();
        vertx.setTimer(Math.max(1, wait.toMillis()), id -> over.complete());
        return over.future();
    }

    /** One failure stands for itself; several are told as one that keeps them all, of the last one's kind. */
    static ChatFailure together(List<ChatFailure> failures) {
        ChatFailure last = failures.getLast();
        if (failures.size() == 1) {
            return last;
        }
        return ChatFailure.builder(
                        last.kind(), "All " + failures.size() + " attempts failed; the last: " + last.getMessage())
                .param(last.param())
                .upstreamStatus(last.upstreamStatus())
                .retryAfter(last.retryAfter())
                .causes(failures)
                .cause(last)
                .build();
    }
}
