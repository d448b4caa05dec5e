package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ServerDialect.ErrorAnswer;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseWriter;
import io.vertx.core.buffer.Buffer;

/** Failures in OpenAI's shape (wire-contract section 3), for every OpenAI route. Stateless. */
public final class OpenAiErrors {
    private static final String INVALID = "invalid_request_error";
    private static final String SERVER = "server_error";
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private OpenAiErrors() {}

    private record Shape(int status, String type, String code) {}

    /** Status and body of a failure found before the first byte. */
    public static ErrorAnswer answer(ChatFailure failure) {
        return new ErrorAnswer(
                shape(failure).status(), Buffer.buffer(json(failure).bytes()));
    }

    /** The named event that breaks a begun stream off; no end mark may follow it. */
    static Buffer broken(ChatFailure failure) {
        return SseWriter.frame("error", json(failure).bytes());
    }

    private static JsonOut json(ChatFailure failure) {
        JsonOut out = new JsonOut().object().object("error");
        members(failure, out);
        return out.endObject().endObject();
    }

    /** The four members every error has. */
    private static void members(ChatFailure failure, JsonOut out) {
        Shape shape = shape(failure);
        out.member("message", message(failure)).member("type", shape.type());
        nullable(out, "param", failure.param());
        nullable(out, "code", shape.code());
    }

    public static String message(ChatFailure failure) {
        String message = failure.getMessage();
        return message == null || message.isEmpty() ? "The request failed." : message;
    }

    /** The machine-readable word; empty if there is none. */
    public static String code(ChatFailure failure) {
        return shape(failure).code();
    }

    private static void nullable(JsonOut out, String name, String value) {
        if (value.isEmpty()) {
            out.nul(name);
        } else {
            out.member(name, value);
        }
    }

    private static Shape shape(ChatFailure failure) {
        return switch (failure.kind()) {
            case BAD_REQUEST -> new Shape(400, INVALID, "");
            case UNAUTHENTICATED -> new Shape(401, INVALID, "invalid_api_key");
            case FORBIDDEN -> new Shape(403, "permission_error", "model_not_allowed");
            case BUDGET_EXHAUSTED -> new Shape(429, "insufficient_quota", "insufficient_quota");
            case MODEL_NOT_FOUND -> new Shape(404, INVALID, "model_not_found");
            case UNKNOWN_URL -> new Shape(404, INVALID, "unknown_url");
            case METHOD_NOT_ALLOWED -> new Shape(405, INVALID, "method_not_allowed");
            case TOO_LARGE -> new Shape(413, INVALID, "request_too_large");
            case RATE_LIMITED -> new Shape(429, "rate_limit_error", "rate_limit_exceeded");
            case CONTEXT_OVERFLOW -> new Shape(400, INVALID, "context_length_exceeded");
            case UPSTREAM_REJECTED -> new Shape(rejected(failure.upstreamStatus()), INVALID, "");
            case UPSTREAM_FAILED -> new Shape(502, SERVER, "upstream_error");
            case UPSTREAM_TIMEOUT -> new Shape(504, SERVER, "upstream_timeout");
            case OVERLOADED -> new Shape(503, SERVER, "overloaded");
            case UPSTREAM_AUTH -> new Shape(502, SERVER, "upstream_auth");
            case ALL_BACKENDS_DOWN -> new Shape(503, SERVER, "upstream_error");
            case CANCELLED -> new Shape(CLIENT_CLOSED_REQUEST, INVALID, "cancelled");
            case INTERNAL -> new Shape(500, SERVER, "internal_error");
        };
    }

    private static int rejected(int upstreamStatus) {
        return upstreamStatus >= 400 && upstreamStatus < 500 ? upstreamStatus : 400;
    }
}
