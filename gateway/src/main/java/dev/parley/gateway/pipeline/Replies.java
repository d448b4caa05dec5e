package dev.parley.gateway.pipeline;

import dev.parley.chat.AnswerFold;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import dev.parley.config.ModelSpec;
import dev.parley.config.Usage;
import dev.parley.gateway.budget.KeyHolder;
import dev.parley.gateway.execute.Execution;
import dev.parley.gateway.execute.Journal;
import dev.parley.gateway.execute.Unfold;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;

/** Turns what an execution gave into what the client gets. */
final class Replies {
    private static final RawJson NO_EXPLANATION = new RawJson("{}");
    private static final String JSON = "application/json";

    private final Rooms rooms;

    Replies(Rooms rooms) {
        this.rooms = rooms;
    }

    Reply of(Passage p, Execution execution) {
        ServerDialect dialect = rooms.dialect(p.in.protocol());
        return switch (execution) {
            case Execution.Relay relay -> {
                RelayTap tap = dialect.tap(p.request(), head(p));
                p.tap = Optional.of(tap);
                yield new Reply.Relayed(headers(p), relay.response(), tap, dialect, p.request().stream());
            }
            case Execution.Events events -> {
                Flow.Publisher<ChatEvent> watched = watch(p, events.call(), events.events());
                yield new Reply.Streamed(headers(p), watched, dialect.encoder(p.request(), head(p)), dialect);
            }
            case Execution.Whole whole -> whole(p, whole.answer());
        };
    }

    /** What no model need answer, such as Ollama's wish to load one; empty for all other requests. */
    Optional<Reply> immediate(Passage p) {
        return rooms.dialect(p.in.protocol())
                .immediate(p.request(), head(p, p.request().model()))
                .map(body -> new Reply.Whole(200, headers(p), JSON, body));
    }

    /** From the cache: no call was made. */
    Reply recalled(Passage p, ChatAnswer answer) {
        return whole(p, answer);
    }

    private Reply whole(Passage p, ChatAnswer answer) {
        ServerDialect dialect = rooms.dialect(p.in.protocol());
        AnswerFold fold = new AnswerFold();
        p.folded = Optional.of(fold);
        if (p.request().stream()) {
            return new Reply.Streamed(
                    headers(p),
                    Watch.each(Unfold.of(answer), fold::add),
                    dialect.encoder(p.request(), head(p, answer.model())),
                    dialect);
        }
        Unfold.of(answer).subscribe(new Drain(fold));
        Map<String, String> headers = headers(p);
        cost(p).ifPresent(nanoUsd -> headers.put("x-gateway-cost-usd", Money.usd(nanoUsd)));
        Buffer body = dialect.encoder(p.request(), head(p, answer.model())).whole(answer);
        return new Reply.Whole(200, headers, JSON, body);
    }

    Reply dryRun(Passage p) {
        return new Reply.Whole(
                200, headers(p), JSON, Buffer.buffer(Explanation.of(p).text()));
    }

    /** A failure before the first byte, in the shape of the route. */
    Reply.Whole failure(Protocol shape, ChatFailure failure, String requestId, Map<String, String> headers) {
        ServerDialect.ErrorAnswer answer = rooms.dialect(shape).error(failure, requestId);
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (!failure.retryAfter().isZero()) {
            all.put(
                    "retry-after",
                    Long.toString(Math.max(1, failure.retryAfter().toSeconds())));
        } else if (answer.status() == 429 || answer.status() == 503 || answer.status() == 529) {
            all.put("retry-after", "1");
        }
        if (failure.kind() == ChatFailure.Kind.BUDGET_EXHAUSTED || failure.kind() == ChatFailure.Kind.UPSTREAM_AUTH) {
            all.put("x-should-retry", "false");
        }
        return new Reply.Whole(answer.status(), all, JSON, answer.body());
    }

    private static Flow.Publisher<ChatEvent> watch(Passage p, Journal.Entry call, Flow.Publisher<ChatEvent> events) {
        AnswerFold fold = new AnswerFold();
        p.folded = Optional.of(fold);
        return Watch.each(events, event -> {
            fold.add(event);
            if (event instanceof ChatEvent.UsageReported reported) {
                call.used(reported.usage());
            }
            if (event instanceof ChatEvent.ExpertsReported reported && reported.choice() == 0) {
                call.experts(reported.use());
            }
        });
    }

    private ServerDialect.AnswerHead head(Passage p) {
        return head(p, p.model().id().value());
    }

    private ServerDialect.AnswerHead head(Passage p, String served) {
        String model = p.decision.isPresent() ? p.model().id().value() : served;
        RawJson explanation = p.ask.flags().explain() && p.decision.isPresent() ? Explanation.of(p) : NO_EXPLANATION;
        return new ServerDialect.AnswerHead(
                prefix(p.in.protocol()) + p.id.substring(p.id.indexOf('_') + 1),
                model,
                p.at.getEpochSecond(),
                explanation);
    }

    private static String prefix(Protocol protocol) {
        return switch (protocol) {
            case OPENAI_CHAT -> "chatcmpl-";
            case OPENAI_RESPONSES -> "resp_";
            case OPENAI_COMPLETIONS -> "cmpl-";
            case ANTHROPIC_MESSAGES -> "msg_";
            case OLLAMA_CHAT, OLLAMA_GENERATE -> "ollama-";
        };
    }

    /** Wire-contract section 12. */
    Map<String, String> headers(Passage p) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-gateway-decision-id", p.id);
        p.decision.ifPresent(decision -> decided(p, decision, headers));
        p.experiment.ifPresent(experiment -> headers.put("x-gateway-experiment", experiment.id()));
        p.variant.ifPresent(variant -> headers.put("x-gateway-variant", variant.id()));
        if (!p.cache.equals("off")) {
            headers.put("x-gateway-cache", p.cache);
        }
        if (!p.warnings.isEmpty()) {
            headers.put("x-gateway-warnings", printable(String.join("; ", p.warnings)));
        }
        p.caller.ifPresent(caller -> rates(p.in.protocol(), caller, headers));
        return headers;
    }

    /** What the caller has left, if its rates are limited. */
    void rates(Protocol shape, KeyHolder caller, Map<String, String> headers) {
        if (caller.rateLimited()) {
            Instant now = rooms.time().clock().instant();
            RateHeaders.add(shape, rooms.admission().rates(caller), now, headers);
        }
    }

    private static void decided(Passage p, Decision decision, Map<String, String> headers) {
        ModelSpec model = p.model();
        headers.put("x-gateway-model", model.id().value());
        headers.put("x-gateway-backend", model.backend());
        headers.put("x-gateway-router", decision.router());
        headers.put("x-gateway-policy", decision.policy());
        headers.put("x-gateway-attempts", Integer.toString(p.journal.entries().size()));
        headers.put("x-gateway-overhead-ms", Money.millis(p.routedNanos - p.in.startNanos()));
        decision.prediction(model.id())
                .ifPresent(prediction -> headers.put("x-gateway-score", Money.decimals(prediction.quality(), 4)));
        if (!model.id().equals(decision.selected()) && decision.plan() instanceof Plan.Single) {
            headers.put("x-gateway-fallback-from", decision.selected().value());
        }
    }

    /** Header values hold visible ASCII and spaces. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static java.util.OptionalLong cost(Passage p) {
        return Costs.total(p);
    }

    /** The usage a call reported, or an estimate from what passed. */
    static Usage usage(Passage p, Journal.Entry call) {
        if (!call.usage().equals(Usage.NONE)) {
            return call.usage();
        }
        long chars = p.tap.map(RelayTap::textChars).orElse(0L);
        return new Usage(p.estimatedInputTokens, 0, 0, chars / 4, 0, true);
    }
}
