package dev.parley.gateway;

import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.gateway.admin.Playground;
import dev.parley.gateway.pipeline.Snapshot;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.NoCandidateException;
import dev.parley.graphrouter.Planner;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Dry runs: encode, predict and plan as for a real request, then stop. */
record AdminPlayground(AdminParts parts) implements Playground {
    @Override
    public Future<Routed> route(String text, String policy) {
        ParleyConfig config = parts.config().get();
        String id = policy.isEmpty() ? config.routing().defaultPolicy() : policy;
        PolicySpec spec = config.policy(id).orElseThrow(() -> unknown(id, config));
        Instant began = parts.clock().instant();
        Query query = Query.of(text);
        CompletableFuture<Routed> routed = parts.encoder()
                .encode(query, began.plus(config.routing().deadline()))
                .thenApply(features -> plan(query, features, spec, began));
        Context context = Vertx.currentContext();
        return context == null ? Future.fromCompletionStage(routed) : Future.fromCompletionStage(routed, context);
    }

    private Routed plan(Query query, QueryFeatures features, PolicySpec policy, Instant began) {
        Snapshot now = parts.snapshot().get();
        Router router = now.router(now.config().routing().routerOf(policy.id()));
        try {
            Decision decision = now.planner().plan(router, query, features, now.candidates(), Planner.Wish.of(policy));
            long micros = Duration.between(began, parts.clock().instant()).toNanos() / 1000;
            return new Routed(decision, features.encoder(), micros);
        } catch (NoCandidateException none) {
            throw new IllegalArgumentException(none.getMessage(), none);
        }
    }

    private static IllegalArgumentException unknown(String id, ParleyConfig config) {
        return new IllegalArgumentException("policy: there is no '" + id + "'; there are "
                + config.policies().stream().map(PolicySpec::id).collect(Collectors.joining(", ")));
    }

    @Override
    public SocketAddress clientSide() {
        return parts.clientSide().get();
    }
}
