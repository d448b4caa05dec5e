package dev.parley.gateway.execute;

import dev.parley.chat.Backend;
import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.Protocol;
import dev.parley.chat.RelayBackend;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.backend.HeapBuffers;
import dev.parley.config.BackendSpec;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls one model once: relays bytes where both sides speak one protocol, else translates. Confined to one event loop. */
final class Caller {
    private static final int LARGEST_ERROR_BODY = 64 * 1024;

    private final BackendSet backends;
    private final BackendHealth health;
    private final Map<Protocol, ServerDialect> servers;
    private final Map<BackendSpec.Protocol, ClientDialect> clients;
    private final InstantSource clock;

    Caller(Executor.Rooms rooms) {
        this.backends = rooms.backends();
        this.health = rooms.health();
        this.servers = rooms.servers();
        this.clients = rooms.clients();
        this.clock = rooms.clock();
    }

    /** One attempt. Fails with {@link ChatFailure}; nothing has reached the client then. */
    Future<Execution> call(Order order, ModelSpec model) {
        BackendSpec spec = order.config().backend(model.backend()).orElseThrow();
        try {
            admit(spec.id());
        } catch (ChatFailure down) {
            return Future.failedFuture(down);
        }
        Journal.Entry entry = order.journal().begin(model, health);
        return attempt(order, spec, entry).recover(error -> {
            ChatFailure failure = asFailure(error);
            if (failure.kind() == ChatFailure.Kind.CANCELLED) {
                entry.cancelled();
            } else {
                entry.failed(failure);
            }
            return Future.failedFuture(failure);
        });
    }

    /** Throws {@link ChatFailure} if the backend is to be left alone for now. */
    void admit(String backend) {
        if (!health.open(backend)) {
            throw ChatFailure.of(
                    ChatFailure.Kind.ALL_BACKENDS_DOWN,
                    "Backend '" + backend + "' has failed repeatedly and is left alone for a moment; try again later.");
        }
    }

    private Future<Execution> attempt(Order order, BackendSpec spec, Journal.Entry entry) {
        try {
            Backend backend = backends.of(spec);
            boolean relayed = order.relay() && relays(backend, order.request().protocol(), entry.model());
            if (spec instanceof BackendSpec.Http http) {
                boolean read = ServerExperts.read(order, http);
                if (relayed && !read) {
                    return relay(order, (RelayBackend) backend, http, entry);
                }
            }
            return converse(order, spec, backend, entry);
        } catch (ChatFailure failure) {
            return Future.failedFuture(failure);
        }
    }

    private static boolean relays(Backend backend, Protocol protocol, ModelSpec model) {
        boolean offered = switch (protocol) {
            case OPENAI_RESPONSES -> model.can(Capability.RESPONSES);
            case OPENAI_COMPLETIONS -> model.can(Capability.COMPLETIONS);
            case OPENAI_CHAT, ANTHROPIC_MESSAGES, OLLAMA_CHAT, OLLAMA_GENERATE -> true;
        };
        return offered && backend instanceof RelayBackend relay && relay.speaks(protocol);
    }

    private Future<Execution> converse(Order order, BackendSpec spec, Backend backend, Journal.Entry entry) {
        boolean stream = order.request().stream();
        var events = backend.chat(new BackendCall(
                entry.model(), order.request(), stream, order.headers(), order.deadline(), order.warnings()));
        if (stream) {
            return Peek.at(events, order.cancellation()).map(peek -> {
                health.answered(spec.id());
                return new Execution.Events(entry, peek);
            });
        }
        return Fold.of(events, entry, order.cancellation()).map(answer -> {
            health.answered(spec.id());
            return new Execution.Whole(entry, answer);
        });
    }

    private Future<Execution> relay(Order order, RelayBackend backend, BackendSpec.Http spec, Journal.Entry entry) {
        ServerDialect dialect = server(order.request().protocol());
        List<Buffer> body = HeapBuffers.of(dialect.relayBody(order.request(), entry.model()));
        Promise<Void> abort = Promise.promise();
        order.cancellation().onCancel(abort::tryComplete);
        long millis =
                Math.max(1, Duration.between(clock.instant(), order.deadline()).toMillis());
        String path = Paths.upstream(order.request().protocol(), order.path());
        return backend.relay(new RelayBackend.RelayCall(path, body, order.headers(), millis, abort.future()))
                .compose(response -> answered(order, spec, entry, response));
    }

    private Future<Execution> answered(
            Order order, BackendSpec.Http spec, Journal.Entry entry, HttpClientResponse response) {
        if (order.cancellation().cancelled()) {
            response.request().reset();
            return Future.failedFuture(ChatFailure.of(ChatFailure.Kind.CANCELLED, "The client closed the connection."));
        }
        if (response.statusCode() == 200) {
            health.answered(spec.id());
            order.cancellation().onCancel(() -> response.request().reset());
            return Future.succeededFuture(new Execution.Relay(entry, response));
        }
        return Bounded.body(response, LARGEST_ERROR_BODY)
                .compose(body -> Future.failedFuture(
                        client(spec.protocol()).failure(response.statusCode(), headers(response), body)));
    }

    private ClientDialect client(BackendSpec.Protocol protocol) {
        ClientDialect dialect = clients.get(protocol);
        if (dialect == null) {
            throw new IllegalStateException("no dialect for " + protocol);
        }
        return dialect;
    }

    private ServerDialect server(Protocol protocol) {
        ServerDialect dialect = servers.get(protocol);
        if (dialect == null) {
            throw new IllegalStateException("no dialect for " + protocol);
        }
        return dialect;
    }

    private static Map<String, String> headers(HttpClientResponse response) {
        Map<String, String> headers = new HashMap<>();
        response.headers()
                .forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(java.util.Locale.ROOT), value));
        return headers;
    }

    static ChatFailure asFailure(Throwable error) {
        return error instanceof ChatFailure failure
                ? failure
                : ChatFailure.builder(ChatFailure.Kind.INTERNAL, "The gateway failed inside; see its log.")
                        .cause(error)
                        .build();
    }
}
