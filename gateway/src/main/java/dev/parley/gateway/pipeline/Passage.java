package dev.parley.gateway.pipeline;

import dev.parley.chat.AnswerFold;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.RelayTap;
import dev.parley.config.ExperimentSpec;
import dev.parley.config.ModelSpec;
import dev.parley.gateway.budget.KeyHolder;
import dev.parley.gateway.budget.Permit;
import dev.parley.gateway.cache.CacheKey;
import dev.parley.gateway.execute.Cancellation;
import dev.parley.gateway.execute.Execution;
import dev.parley.gateway.execute.Journal;
import dev.parley.gateway.pipeline.ask.RoutingAsk;
import dev.parley.gateway.pipeline.front.Inbound;
import dev.parley.gateway.record.DecisionId;
import dev.parley.graphrouter.Decision;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of one request while it passes: each station adds its part. Confined to one event loop. */
final class Passage {
    final Inbound in;
    final Snapshot snapshot;
    final String id;
    final Instant at;
    final Journal journal;
    final Cancellation cancellation = new Cancellation();
    final List<String> warnings = new ArrayList<>();

    RoutingAsk ask = RoutingAsk.NOTHING;
    Optional<KeyHolder> caller = Optional.empty();
    Optional<ExperimentSpec> experiment = Optional.empty();
    Optional<ExperimentSpec.Variant> variant = Optional.empty();
    Optional<Query> query = Optional.empty();
    Optional<Decision> decision = Optional.empty();
    Optional<Permit> permit = Optional.empty();
    Optional<CacheKey> cacheKey = Optional.empty();
    Optional<Execution> execution = Optional.empty();
    Optional<RelayTap> tap = Optional.empty();
    Optional<AnswerFold> folded = Optional.empty();
    String session = "";
    String encoder = "none";
    boolean followUp;
    String advice = "";
    /** Whether the policy's own limits alone leave no model for the request, whatever else the client wishes. */
    boolean limitedByPolicy;

    Optional<QueryProfile> profile = Optional.empty();
    String cache = "off";
    int estimatedInputTokens;
    int status;
    long routedNanos;
    long firstByteNanos;
    private @Nullable ChatRequest request;

    Passage(Inbound in, Snapshot snapshot, Rooms.Time time) {
        this.in = in;
        this.snapshot = snapshot;
        this.at = time.clock().instant();
        this.id = DecisionId.at(at);
        this.journal = new Journal(time.nanos());
    }

    /** Present from decoding on. */
    Optional<ChatRequest> decoded() {
        return Optional.ofNullable(request);
    }

    ChatRequest request() {
        return decoded().orElseThrow(() -> new IllegalStateException("not decoded"));
    }

    void decoded(ChatRequest value) {
        request = value;
    }

    KeyHolder caller() {
        return caller.orElseThrow(() -> new IllegalStateException("not admitted"));
    }

    Decision decision() {
        return decision.orElseThrow(() -> new IllegalStateException("not decided"));
    }

    /** The model that answers; the first choice until that is known. */
    ModelSpec model() {
        return execution
                .map(e -> e.call().model())
                .orElseGet(() -> snapshot.config().model(decision().selected()).orElseThrow());
    }
}
