package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ServerDialect.ErrorAnswer;
import dev.parley.chat.json.JsonOut;
import io.vertx.core.buffer.Buffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Failures as Ollama's clients know them: {@code {"error":"…"}}, also as the last line of a stream. */
final class ErrorShape {
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

    private ErrorShape() {}

    static ErrorAnswer answer(ChatFailure failure) {
        return new ErrorAnswer(status(failure), Buffer.buffer(json(failure)));
    }

    /** Clients see no {@code "done":true}, but this. */
    static Buffer broken(ChatFailure failure) {
        return Buffer.buffer(json(failure)).appendByte((byte) '\n');
    }

    private static byte[] json(ChatFailure failure) {
        return new JsonOut()
                .object()
                .member("error", message(failure))
                .endObject()
                .bytes();
    }

    /** Clients look for Ollama's own sentence about an unknown model; ours names it between quotes. */
    private static String message(ChatFailure failure) {
        String message = String.valueOf(failure.getMessage());
        Matcher name = QUOTED.matcher(message);
        return failure.kind() == ChatFailure.Kind.MODEL_NOT_FOUND && name.find()
                ? "model '" + name.group(1) + "' not found"
                : message;
    }

    private static int status(ChatFailure failure) {
        return switch (failure.kind()) {
            case BAD_REQUEST, CONTEXT_OVERFLOW -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case MODEL_NOT_FOUND, UNKNOWN_URL -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case TOO_LARGE -> 413;
            case RATE_LIMITED, BUDGET_EXHAUSTED -> 429;
            case CANCELLED -> 499;
            case INTERNAL -> 500;
            case UPSTREAM_FAILED, UPSTREAM_AUTH -> 502;
            case OVERLOADED, ALL_BACKENDS_DOWN -> 503;
            case UPSTREAM_TIMEOUT -> 504;
            case UPSTREAM_REJECTED -> failure.upstreamStatus() == 0 ? 400 : failure.upstreamStatus();
        };
    }
}
