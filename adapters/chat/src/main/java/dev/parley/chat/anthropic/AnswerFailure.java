package dev.parley.chat.anthropic;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatFailure.Kind;
import dev.parley.chat.json.JsonView;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What an Anthropic backend's refusals and breaks mean to us (wire-contract section 3). Only faults of the request show its words. */
final class AnswerFailure {
    private AnswerFailure() {}

    static ChatFailure cut() {
        return ChatFailure.of(Kind.UPSTREAM_FAILED, "The backend's answer broke off before its end.");
    }

    /** An answer of another status than 200. */
    static ChatFailure of(int status, Map<String, String> headers, Buffer body) {
        Optional<JsonView> error = error(body);
        String type = error.map(e -> e.string("type", "")).orElse("");
        String message = error.map(e -> e.string("message", "")).orElse("");
        return of(kind(status, type, message), status, message)
                .retryAfter(retryAfter(headers))
                .build();
    }

    /** An error within an answer of status 200: {@code {"type":"error","error":{"type":…,"message":…}}}. */
    static ChatFailure inStream(JsonView event) {
        Optional<JsonView> error = event.get("error").filter(JsonView::isObject);
        String type = error.map(e -> e.string("type", "")).orElse("");
        String message = error.map(e -> e.string("message", "")).orElse("");
        int status = status(type);
        return of(kind(status, type, message), status, message).build();
    }

    private static Optional<JsonView> error(Buffer body) {
        try {
            return Optional.of(JsonView.answer(body.getBytes()))
                    .filter(JsonView::isObject)
                    .flatMap(view -> view.get("error"))
                    .filter(JsonView::isObject);
        } catch (ChatFailure notJson) {
            return Optional.empty();
        }
    }

    private static int status(String type) {
        return switch (type) {
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "billing_error" -> 402;
            case "permission_error" -> 403;
            case "not_found_error" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error" -> 429;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            default -> 500;
        };
    }

    private static Kind kind(int status, String type, String message) {
        return switch (status) {
            case 400 -> badRequest(message);
            case 401, 402, 403 -> Kind.UPSTREAM_AUTH;
            case 408, 504 -> Kind.UPSTREAM_TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 429 -> Kind.RATE_LIMITED;
            case 529 -> Kind.OVERLOADED;
            default -> {
                if (type.equals("overloaded_error")) {
                    yield Kind.OVERLOADED;
                }
                yield status >= 400 && status < 500 ? Kind.UPSTREAM_REJECTED : Kind.UPSTREAM_FAILED;
            }
        };
    }

    /** Anthropic has no code for these two: only its words tell. */
    private static Kind badRequest(String message) {
        if (message.contains("prompt is too long") || message.contains("exceed context limit")) {
            return Kind.CONTEXT_OVERFLOW;
        }
        return message.contains("credit balance is too low") ? Kind.UPSTREAM_AUTH : Kind.UPSTREAM_REJECTED;
    }

    private static ChatFailure.Builder of(Kind kind, int status, String message) {
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
        ChatFailure.Builder failure = ChatFailure.builder(kind, shown);
        return kind == Kind.UPSTREAM_REJECTED ? failure.upstreamStatus(status) : failure;
    }

    private static Duration retryAfter(Map<String, String> headers) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase("retry-after")) {
                return seconds(header.getValue().strip());
            }
        }
        return Duration.ZERO;
    }

    /** The form with a date is not used by model servers. */
    private static Duration seconds(String value) {
        return value.matches("\\d{1,6}(\\.\\d+)?")
                ? Duration.ofMillis((long) (Double.parseDouble(value) * 1000))
                : Duration.ZERO;
    }
}
