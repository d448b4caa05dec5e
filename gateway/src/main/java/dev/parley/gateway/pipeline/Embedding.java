package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatFailure;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.Usage;
import dev.parley.gateway.budget.Estimate;
import dev.parley.gateway.budget.KeyHolder;
import dev.parley.gateway.budget.Permit;
import dev.parley.gateway.execute.Journal;
import dev.parley.gateway.pipeline.ask.Target;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.gateway.pipeline.front.SideCall;
import dev.parley.gateway.record.DecisionId;
import dev.parley.gateway.record.Outcome;
import dev.parley.graphrouter.Decision;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One call for embeddings on its way: admitted, counted, and closed by exactly one outcome. Confined to one event loop. */
final class Embedding {
    private static final int BYTES_PER_TOKEN = 4;
    private static final String JSON = "application/json";

    final SideCall call;
    final ParleyConfig config;
    private final Rooms rooms;
    private final Replies replies;
    private final KeyHolder caller;
    private final String protocol;
    private final String id;
    private final Instant at;
    private final long startNanos;
    private final Journal journal;
    private String asked = "";
    private Optional<Permit> permit = Optional.empty();
    private Optional<Journal.Entry> entry = Optional.empty();

    Embedding(Rooms rooms, SideCall call, KeyHolder caller) {
        this.rooms = rooms;
        this.replies = new Replies(rooms);
        this.call = call;
        this.caller = caller;
        this.config = rooms.snapshot().get().config();
        this.protocol = call.kind() == SideCall.Kind.EMBEDDINGS ? "OPENAI_EMBEDDINGS" : "OLLAMA_EMBEDDINGS";
        this.at = rooms.time().clock().instant();
        this.id = DecisionId.at(at);
        this.startNanos = rooms.time().nanos().getAsLong();
        this.journal = new Journal(rooms.time().nanos());
    }

    /** The model of that name, if it is there, allowed, and embeds. */
    ModelSpec model(String name) {
        asked = name;
        if (name.isEmpty()) {
            throw ChatFailure.badRequest("model", "model is missing: name an embedding model of GET /v1/models.");
        }
        ModelSpec model = Target.find(name, config).orElseThrow(() -> SideDesk.unknown(name));
        caller.requireModel(model.id());
        if (!model.can(Capability.EMBEDDINGS)) {
            throw cannot(model);
        }
        return model;
    }

    static ChatFailure cannot(ModelSpec model) {
        return ChatFailure.badRequest("model", "The model '" + model.id() + "' cannot embed texts.");
    }

    /** Takes rates and money; from here on the backend is at work. */
    void begin(ModelSpec model) {
        long tokens = estimate();
        permit = Optional.of(rooms.admission()
                .admit(caller, new Estimate(tokens, model.price().costNanoUsd(Usage.of(tokens, 0)))));
        entry = Optional.of(rooms.executor().begin(journal, model));
    }

    /** @param tokens as the backend counted them; 0 if it did not */
    void used(long tokens) {
        entry.ifPresent(e -> e.used(tokens > 0 ? Usage.of(tokens, 0) : new Usage(estimate(), 0, 0, 0, 0, true)));
    }

    Reply.Whole done(Buffer body) {
        entry.ifPresent(Journal.Entry::ok);
        close(200, "STOP");
        return new Reply.Whole(200, headers(), JSON, body);
    }

    Reply.Whole failed(ChatFailure failure) {
        entry.ifPresent(e -> {
            if (failure.kind() == ChatFailure.Kind.CANCELLED) {
                e.cancelled();
            } else {
                e.failed(failure);
            }
        });
        Reply.Whole reply = replies.failure(call.kind().shape(), failure, call.requestId(), headers());
        close(reply.status(), failure.kind().name());
        return reply;
    }

    long nanos() {
        return rooms.time().nanos().getAsLong() - startNanos;
    }

    private long estimate() {
        return Math.max(1, call.body().length / BYTES_PER_TOKEN);
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-gateway-decision-id", id);
        entry.ifPresent(e -> {
            headers.put("x-gateway-model", e.model().id().value());
            headers.put("x-gateway-backend", e.model().backend());
        });
        replies.rates(call.kind().shape(), caller, headers);
        return headers;
    }

    private void close(int status, String finish) {
        OptionalLong cost = Costs.total(journal);
        Usage usage = journal.usage();
        permit.ifPresent(taken -> taken.settle(cost.orElse(0), usage.totalTokens()));
        rooms.outcomes()
                .accept(new Outcome(
                        id,
                        at,
                        new Outcome.Caller(caller.id(), "", "", "", ""),
                        new Outcome.Asked(
                                protocol,
                                asked,
                                false,
                                (int) estimate(),
                                Outcome.Asked.UNREAD,
                                "none",
                                false,
                                Optional.empty()),
                        entry.map(e -> Decision.direct(e.model().id(), List.of()))
                                .orElse(Bookkeeper.UNDECIDED),
                        journal.entries().stream().map(Bookkeeper::call).toList(),
                        usage,
                        cost,
                        new Outcome.Timings(0, 0, nanos() / 1000),
                        new Outcome.Result(status, finish, "off", ""),
                        Outcome.Content.NONE));
    }
}
