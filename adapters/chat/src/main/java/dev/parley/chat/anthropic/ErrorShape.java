package dev.parley.chat.anthropic;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ServerDialect.ErrorAnswer;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseWriter;
import io.vertx.core.buffer.Buffer;

/** Failures as Anthropic's clients know them (wire-contract section 3). */
final class ErrorShape {
    private static final String INVALID = "invalid_request_error";
    private static final String API = "api_error";
    private static final String TOO_LONG = "prompt is too long";

    private ErrorShape() {}

    static ErrorAnswer answer(ChatFailure failure, String requestId) {
        return new ErrorAnswer(status(failure), Buffer.buffer(json(failure, requestId)));
    }

    /** Breaks a begun stream off: clients see no {@code message_stop}, but this. */
    static Buffer broken(ChatFailure failure, String requestId) {
        return SseWriter.frame("error", json(failure, requestId));
    }

    private static byte[] json(ChatFailure failure, String requestId) {
        JsonOut out = new JsonOut().object().member("type", "error");
        out.object("error").member("type", type(failure)).member("message", message(failure));
        return out.endObject().member("request_id", requestId).endObject().bytes();
    }

    /** Anthropic has no {@code param}: the message must name the member. */
    private static String message(ChatFailure failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure.kind() == ChatFailure.Kind.CONTEXT_OVERFLOW) {
            return tooLong(failure, message);
        }
        return failure.param().isEmpty() || message.contains(failure.param())
                ? message
                : failure.param() + ": " + message;
    }

    /** Anthropic has no code for it either: clients that would compact the conversation know it by these words. */
    private static String tooLong(ChatFailure failure, String message) {
        if (message.contains(TOO_LONG)) {
            return message;
        }
        return TOO_LONG + ": "
                + failure.excess()
                        .map(excess -> excess.tokens() + " tokens > " + excess.window() + " maximum. ")
                        .orElse("")
                + message;
    }

    private static int status(ChatFailure failure) {
        return switch (failure.kind()) {
            case BAD_REQUEST, CONTEXT_OVERFLOW -> 400;
            case UNAUTHENTICATED -> 401;
            case BUDGET_EXHAUSTED -> 402;
            case FORBIDDEN -> 403;
            case MODEL_NOT_FOUND, UNKNOWN_URL -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case TOO_LARGE -> 413;
            case RATE_LIMITED -> 429;
            case CANCELLED -> 499;
            case INTERNAL -> 500;
            case UPSTREAM_FAILED, UPSTREAM_AUTH -> 502;
            case ALL_BACKENDS_DOWN -> 503;
            case UPSTREAM_TIMEOUT -> 504;
            case OVERLOADED -> 529;
            case UPSTREAM_REJECTED -> failure.upstreamStatus() == 0 ? 400 : failure.upstreamStatus();
        };
    }

    private static String type(ChatFailure failure) {
        return switch (failure.kind()) {
            case BAD_REQUEST, CONTEXT_OVERFLOW, METHOD_NOT_ALLOWED -> INVALID;
            case UNAUTHENTICATED -> "authentication_error";
            case BUDGET_EXHAUSTED -> "billing_error";
            case FORBIDDEN -> "permission_error";
            case MODEL_NOT_FOUND, UNKNOWN_URL -> "not_found_error";
            case TOO_LARGE -> "request_too_large";
            case RATE_LIMITED -> "rate_limit_error";
            case UPSTREAM_TIMEOUT -> "timeout_error";
            case OVERLOADED -> "overloaded_error";
            case UPSTREAM_REJECTED -> failure.upstreamStatus() == 404 ? "not_found_error" : INVALID;
            case UPSTREAM_FAILED, UPSTREAM_AUTH, ALL_BACKENDS_DOWN, CANCELLED, INTERNAL -> API;
        };
    }
}
