package dev.parley.gateway.record;

import dev.parley.config.ModelId;
import dev.parley.config.Usage;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Tier;
import dev.parley.routermodels.RequestShape;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Outcomes for tests. */
public final class Outcomes {
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private Outcomes() {}

    public static Outcome outcome(String id) {
        return outcome(id, NOON, "micro/arithmetic", OptionalLong.of(1_500));
    }

    public static Outcome outcome(String id, Instant at, String model, OptionalLong cost) {
        return new Outcome(
                id(at, id),
                at,
                new Outcome.Caller("team-a", "session-1", "", "", ""),
                new Outcome.Asked(
                        "OPENAI_CHAT",
                        "auto:cheap",
                        true,
                        12,
                        RequestShape.BARE,
                        "minilm-l6-q8",
                        false,
                        Optional.empty()),
                decision(model),
                List.of(
                        new Outcome.Call("micro/facts", "moe", "OVERLOADED", Usage.NONE, OptionalLong.of(0), 900),
                        new Outcome.Call(model, "moe", "ok", Usage.of(12, 5), cost, 4_000)),
                Usage.of(12, 5),
                cost,
                new Outcome.Timings(300, 2_000, 5_000),
                new Outcome.Result(200, "STOP", "off", ""),
                new Outcome.Content("What is 346 + 87?", "433"));
    }

    /** A backend gave the answer its id. */
    public static Outcome answered(String id, String answerId) {
        Outcome ours = outcome(id);
        Outcome.Result result = new Outcome.Result(200, "stop", "off", answerId);
        return new Outcome(
                ours.id(),
                ours.at(),
                ours.caller(),
                ours.asked(),
                ours.decision(),
                ours.calls(),
                ours.usage(),
                ours.costNanoUsd(),
                ours.timings(),
                result,
                ours.content());
    }

    /** A decision's id of that time, with a name for its random part. */
    public static String id(Instant at, String name) {
        return "dec_" + HexFormat.of().toHexDigits(at.toEpochMilli(), 12) + name;
    }

    /** An id of {@link #NOON}. */
    public static String id(String name) {
        return id(NOON, name);
    }

    /** A named model's answer, relayed: of the kind that the log keeps in brief. */
    public static Outcome relayed(Instant at, String key, String session, Outcome.Call call, String answerId) {
        return new Outcome(
                DecisionId.at(at),
                at,
                new Outcome.Caller(key, session, "", "", "team=\"blue\""),
                new Outcome.Asked(
                        "OPENAI_CHAT",
                        call.model(),
                        false,
                        (int) call.usage().inputTokens() + 3,
                        Outcome.Asked.UNREAD,
                        "none",
                        false,
                        Optional.empty()),
                Decision.direct(new ModelId(call.model()), List.of()),
                List.of(call),
                call.usage(),
                call.costNanoUsd(),
                new Outcome.Timings(1, call.micros() - 2, call.micros() + 2),
                new Outcome.Result(200, "stop", "off", answerId),
                Outcome.Content.NONE);
    }

    /** The client named the model. */
    public static Outcome direct(String id, OptionalLong cost) {
        Outcome routed = outcome(id, NOON, "a", cost);
        return new Outcome(
                routed.id(),
                NOON,
                routed.caller(),
                routed.asked(),
                Decision.direct(new ModelId("a"), List.of()),
                routed.calls(),
                routed.usage(),
                cost,
                routed.timings(),
                routed.result(),
                routed.content());
    }

    /** Refused before anything was decided. */
    public static Outcome refused(String id) {
        Outcome routed = outcome(id);
        return new Outcome(
                id,
                NOON,
                routed.caller(),
                routed.asked(),
                new Decision(
                        new Plan.Single(new ModelId("none"), List.of()),
                        List.of(),
                        Map.of(),
                        "refused before a decision",
                        1,
                        "none",
                        Tier.NONE,
                        "none",
                        ""),
                List.of(),
                Usage.NONE,
                OptionalLong.of(0),
                new Outcome.Timings(0, 0, 40),
                new Outcome.Result(429, "RATE_LIMITED", "off", ""),
                Outcome.Content.NONE);
    }

    /** The same outcome for another caller. */
    public static Outcome of(Outcome outcome, Outcome.Caller caller) {
        return new Outcome(
                outcome.id(),
                outcome.at(),
                caller,
                outcome.asked(),
                outcome.decision(),
                outcome.calls(),
                outcome.usage(),
                outcome.costNanoUsd(),
                outcome.timings(),
                outcome.result(),
                outcome.content());
    }

    private static Decision decision(String model) {
        ModelId id = new ModelId(model);
        return new Decision(
                new Plan.Single(id, List.of(new ModelId("micro/facts"))),
                List.of(new Prediction(id, 0.97, 0.02, 5, OptionalLong.of(1_400), Duration.ofMillis(9), "31 outcomes")),
                Map.of(new ModelId("big"), "costs too much"),
                "best utility under cheap",
                1,
                "graph",
                Tier.SEMANTIC,
                "cheap",
                "s1");
    }
}
