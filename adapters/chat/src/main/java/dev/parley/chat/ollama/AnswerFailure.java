package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatFailure.Kind;
import dev.parley.chat.json.JsonView;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/** What an Ollama backend's refusals and breaks mean to us (wire-contract section 3). Only faults of the request show its words. */
final class AnswerFailure {
    private AnswerFailure() {}

    static ChatFailure cut() {
        return ChatFailure.of(Kind.UPSTREAM_FAILED, "The backend's answer broke off before its end.");
    }

    /** An error line within an answer of status 200. */
    static ChatFailure inStream(JsonView line) {
        return of(500, line.get("error").map(AnswerFailure::words).orElse(""));
    }

    /** An answer of another status than 200: {@code {"error":"…"}}. */
    static ChatFailure of(int status, Buffer body) {
        String message = "";
        try {
            JsonView view = JsonView.answer(body.getBytes());
            message = view.isObject()
                    ? view.get("error").map(AnswerFailure::words).orElse("")
                    : "";
        } catch (ChatFailure notJson) {
            return of(status, message);
        }
        return of(status, message);
    }

    /** Proxies in front of Ollama send objects. */
    private static String words(JsonView error) {
        if (error.isString()) {
            return error.string();
        }
        return error.isObject() ? error.string("message", "") : "";
    }

    private static ChatFailure of(int status, String message) {
        Kind kind = kind(status, message.toLowerCase(Locale.ROOT));
        String shown = switch (kind) {
            case UPSTREAM_REJECTED, CONTEXT_OVERFLOW ->
                message.isEmpty() ? "The backend refused the request (status " + status + ")." : message;
            case UPSTREAM_AUTH -> "The backend refused the gateway's credentials.";
            case UPSTREAM_TIMEOUT -> "The backend did not answer in time.";
            case TOO_LARGE -> "The request is larger than the backend accepts.";
            case RATE_LIMITED -> "The backend's rate limit is reached. Try again later.";
            case OVERLOADED -> "The backend is overloaded. Try again later.";
            default -> "The backend failed (status " + status + ").";
        };
        return ChatFailure.builder(kind, shown)
                .upstreamStatus(kind == Kind.UPSTREAM_REJECTED ? status : 0)
                .build();
    }

    private static Kind kind(int status, String message) {
        if (message.contains("exceeds the context length") || message.contains("exceeds maximum context length")) {
            return Kind.CONTEXT_OVERFLOW;
        }
        return switch (status) {
            case 401, 402, 403 -> Kind.UPSTREAM_AUTH;
            case 408, 504 -> Kind.UPSTREAM_TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 429 -> Kind.RATE_LIMITED;
            case 503 -> Kind.OVERLOADED;
            default -> status >= 400 && status < 500 ? Kind.UPSTREAM_REJECTED : Kind.UPSTREAM_FAILED;
        };
    }
}
