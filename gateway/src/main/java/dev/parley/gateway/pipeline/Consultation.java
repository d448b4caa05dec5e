package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatFailure;
import dev.parley.config.ModelSpec;
import dev.parley.gateway.execute.Order;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.routers.Advice;
import dev.parley.graphrouter.routers.Adviser;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Asks the model that a router wants asked ({@link Adviser}); other routers know enough by themselves. Confined to one event loop. */
final class Consultation {
    private final Rooms rooms;
    private final Stations stations;

    Consultation(Rooms rooms, Stations stations) {
        this.rooms = rooms;
        this.stations = stations;
    }

    /**
     * The router for this request. Late, failed or senseless advice leaves it to the graph, with a warning; the call is paid for and
     * recorded like the request's others.
     */
    Future<Router> about(Passage p, Router router, Function<Passage, Order> order) {
        if (!(router instanceof Adviser adviser) || Stations.inToolLoop(p)) {
            return Future.succeededFuture(router);
        }
        List<ModelSpec> candidates = Stations.candidates(p);
        if (candidates.size() < 2) {
            return Future.succeededFuture(router);
        }
        ModelSpec asked = p.snapshot.config().model(adviser.model()).orElseThrow();
        stations.reserve(p, asked, Adviser.ADVICE_TOKENS);
        return rooms.executor()
                .advice(order.apply(p), asked, adviser, candidates)
                .map(answer -> followed(p, adviser, Advice.read(answer, candidates)))
                .recover(error -> p.cancellation.cancelled()
                        ? Future.failedFuture(error)
                        : Future.succeededFuture(unadvised(p, adviser, cause(error))));
    }

    private static Router followed(Passage p, Adviser adviser, Optional<Advice> advice) {
        p.advice = advice.map(Advice::reason).orElse("");
        return advice.map(adviser::advised).orElseGet(() -> unadvised(p, adviser, "it named none of the models"));
    }

    private static String cause(Throwable error) {
        return error instanceof ChatFailure failure && failure.kind() == ChatFailure.Kind.CANCELLED
                ? "too late"
                : "failed (" + Pipeline.asFailure(error).kind() + ")";
    }

    private static Router unadvised(Passage p, Adviser adviser, String why) {
        p.warnings.add("router '" + adviser.name() + "': '" + adviser.model() + "' gave no advice (" + why
                + "); the graph decided");
        return adviser;
    }
}
