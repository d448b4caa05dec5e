package dev.parley.gateway.record;

import dev.parley.config.Usage;
import dev.parley.graphrouter.Decision;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.RequestShape;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The one fact of a request: what was asked, decided, done, and what came of it.
 *
 * @param id decision id, as in {@code x-gateway-decision-id}
 * @param at when the request came
 * @param caller who asked
 * @param asked what was asked, without content
 * @param decision why
 * @param calls what was done, in order; several for retries, fallbacks, cascades, fan-outs
 * @param usage over all calls
 * @param costNanoUsd over all calls; empty if a price is unknown
 * @param timings in microseconds
 * @param result what the client got
 * @param content prompt and answer, empty unless recording of prompts is on
 */
public record Outcome(
        String id,
        Instant at,
        Caller caller,
        Asked asked,
        Decision decision,
        List<Call> calls,
        Usage usage,
        OptionalLong costNanoUsd,
        Timings timings,
        Result result,
        Content content) {
    public Outcome {
        calls = List.copyOf(calls);
    }

    /**
     * @param key id of the key, {@code anonymous} if none is configured
     * @param session stickiness key, possibly empty
     * @param experiment id, or empty
     * @param variant id, or empty
     * @param tags what the client wrote in {@code x-gateway-tags}, or empty
     */
    public record Caller(String key, String session, String experiment, String variant, String tags) {}

    /**
     * @param protocol wire form, e.g. {@code OPENAI_CHAT}
     * @param model as the client wrote it
     * @param shape of the request; all zeros if it was not read, as where a model was named
     * @param encoder tier that made the query's features
     * @param followUp whether the query was read together with the turns before it
     * @param profile what the heads read off the query; empty if it was not routed
     */
    public record Asked(
            String protocol,
            String model,
            boolean stream,
            int estimatedInputTokens,
            RequestShape shape,
            String encoder,
            boolean followUp,
            Optional<QueryProfile> profile) {
        /** Of a request that was not read. */
        public static final RequestShape UNREAD = new RequestShape(0, 0, 0, 0);
    }

    /**
     * @param status {@code ok} or the failure's kind
     * @param experts of the answer, if the backend told
     */
    public record Call(
            String model,
            String backend,
            String status,
            Usage usage,
            OptionalLong costNanoUsd,
            long micros,
            Optional<Experts> experts) {
        /** A call of whose experts nothing is known. */
        public Call(String model, String backend, String status, Usage usage, OptionalLong costNanoUsd, long micros) {
            this(model, backend, status, usage, costNanoUsd, micros, Optional.empty());
        }
    }

    /**
     * How a mixture of experts came to its answer: what a router may learn from, since an unsure model errs more often.
     *
     * @param perToken experts per token and layer, mean
     * @param entropy of the gates, mean over tokens and layers, in nats
     * @param meanProbability of a chosen token
     * @param leastProbability of the least probable chosen token
     */
    public record Experts(
            OptionalDouble perToken,
            OptionalDouble entropy,
            OptionalDouble meanProbability,
            OptionalDouble leastProbability) {}

    /** Microseconds since the request came; {@code firstByte} 0 if none was sent. {@code routing}: encode, predict and plan. */
    public record Timings(long routing, long firstByte, long total) {}

    /**
     * @param status HTTP status sent
     * @param finish finish reason or failure kind, e.g. {@code STOP}, {@code CANCELLED}
     * @param cache {@code off}, {@code miss} or {@code hit}
     * @param answerId the answer's own id where a backend gave it; empty where it is made of the decision's
     */
    public record Result(int status, String finish, String cache, String answerId) {}

    /** Empty strings unless prompts are recorded. */
    public record Content(String prompt, String answer) {
        public static final Content NONE = new Content("", "");
    }
}
