package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatFailure;
import dev.parley.gateway.execute.Order;
import dev.parley.gateway.pipeline.ask.Target;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.graphrouter.NoCandidateException;
import dev.parley.routermodels.QueryFeatures;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The way of a request: docs/way-of-a-request.md. One per event loop, confined to it. */
final class Pipeline {
    private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(10);

    private static final CharSequence STAINLESS_TIMEOUT = HttpHeaders.createOptimized("x-stainless-timeout");

    private final Rooms rooms;
    private final Stations stations;
    private final Replies replies;
    private final Consultation consultation;

    Pipeline(Rooms rooms) {
        this.rooms = rooms;
        this.stations = new Stations(rooms);
        this.replies = new Replies(rooms);
        this.consultation = new Consultation(rooms, stations);
    }

    /** decode, admit, assign, recall, encode, plan, execute, reply; recording follows when the reply has gone ({@link Bookkeeper}). */
    Future<Reply> pass(Passage p) {
        try {
            stations.decode(p);
            stations.admit(p);
            Target target = Target.of(p.request().model(), p.snapshot.config());
            Optional<Reply> immediate = replies.immediate(p);
            if (immediate.isPresent()) {
                return Future.succeededFuture(immediate.get());
            }
            stations.assign(p, target);
            Optional<ChatAnswer> known = stations.recall(p);
            if (known.isPresent()) {
                return Future.succeededFuture(replies.recalled(p, known.get()));
            }
            if (target instanceof Target.Concrete named) {
                stations.direct(p, named);
                return carryOut(p);
            }
            return features(p)
                    .compose(features -> consultation
                            .about(p, stations.router(p, target), this::order)
                            .compose(router -> {
                                stations.plan(p, target, features, router);
                                return carryOut(p);
                            }));
        } catch (RuntimeException error) {
            return Future.failedFuture(asFailure(error));
        }
    }

    private Future<Reply> carryOut(Passage p) {
        return p.ask.flags().dryRun() ? Future.succeededFuture(replies.dryRun(p)) : execute(p);
    }

    /** Read by the encoder, off this event loop. */
    private Future<QueryFeatures> features(Passage p) {
        var query = QueryReader.read(p.request(), stations.taskHints(p), stations.conversation(p));
        p.query = Optional.of(query);
        p.estimatedInputTokens = query.estimatedInputTokens();
        Instant deadline = rooms.time()
                .clock()
                .instant()
                .plus(p.snapshot.config().routing().deadline());
        return Future.fromCompletionStage(rooms.encoder().encode(query, deadline), rooms.context())
                .map(features -> {
                    p.encoder = features.encoder();
                    p.profile = features.profile();
                    p.followUp = features.followUp();
                    return features;
                });
    }

    private Future<Reply> execute(Passage p) {
        stations.reserve(p);
        p.routedNanos = rooms.time().nanos().getAsLong();
        return rooms.executor().execute(order(p), p.decision().plan()).map(execution -> {
            p.execution = Optional.of(execution);
            rooms.sticky().spokeWith(p.session, execution.call().model().id());
            return replies.of(p, execution);
        });
    }

    private Order order(Passage p) {
        return new Order(
                p.snapshot.config(),
                p.request(),
                p.in.path(),
                Forwarded.headers(p.in.headers(), p.id),
                deadline(p),
                warning -> stations.warn(p, warning),
                p.journal,
                p.cancellation,
                true);
    }

    private Instant deadline(Passage p) {
        Duration wanted = DEFAULT_DEADLINE;
        String timeout = p.in.headers().get(STAINLESS_TIMEOUT);
        if (timeout != null
                && timeout.chars().allMatch(Character::isDigit)
                && !timeout.isEmpty()
                && timeout.length() < 6) {
            wanted = Duration.ofSeconds(Math.max(1, Long.parseLong(timeout)));
        }
        return rooms.time().clock().instant().plus(wanted);
    }

    static ChatFailure asFailure(Throwable error) {
        return switch (error) {
            case ChatFailure failure -> failure;
            case NoCandidateException none -> unserved(none);
            default ->
                ChatFailure.builder(ChatFailure.Kind.INTERNAL, "The gateway failed inside; see its log.")
                        .cause(error)
                        .build();
        };
    }

    private static ChatFailure unserved(NoCandidateException none) {
        String message = String.valueOf(none.getMessage());
        return none.tooLong()
                .map(length -> ChatFailure.builder(ChatFailure.Kind.CONTEXT_OVERFLOW, message)
                        .excess(length.tokens(), length.window())
                        .build())
                .orElseGet(() -> ChatFailure.badRequest("model", message));
    }
}
