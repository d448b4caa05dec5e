package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatFailure.Kind;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads errors of OpenAI-compatible backends, which agree on the status and on little else. */
public final class UpstreamErrors {
    private static final int MOST_CHARS = 2000;
    private static final Pattern ADDRESS = Pattern.compile("https?://\\S+");
    private static final Pattern SECRET = Pattern.compile("\\b(sk|key|Bearer)[-_ ][A-Za-z0-9_-]{8,}\\S*");
    private static final Pattern CONTEXT = Pattern.compile(
            "context_length_exceeded|exceed_context_size|maximum context length|context (window|length|size)"
                    + "|maximum model length|too many (input )?tokens|prompt is too long",
            Pattern.CASE_INSENSITIVE);

    private UpstreamErrors() {}

    /** An answer with a status other than 200. */
    public static ChatFailure of(int status, Map<String, String> headers, byte[] body) {
        Optional<JsonView> json = json(body, 0, body.length);
        String said = json.map(UpstreamErrors::message).orElse("");
        Kind kind = kind(status, said + " " + json.map(UpstreamErrors::code).orElse(""));
        String message = visible(kind, status, said);
        return ChatFailure.builder(kind, message)
                .upstreamStatus(kind == Kind.UPSTREAM_REJECTED ? status : 0)
                .retryAfter(retryAfter(headers))
                .build();
    }

    /** An error object inside an answer with status 200. */
    public static ChatFailure inAnswer(byte[] bytes, int start, int end) {
        Optional<JsonView> json = json(bytes, start, end);
        String said = safe(json.map(UpstreamErrors::message).orElse(""));
        String code = json.map(UpstreamErrors::code).orElse("");
        Kind kind = switch (code) {
            case "429", "rate_limit_exceeded", "rate_limit_error" -> Kind.RATE_LIMITED;
            case "529", "overloaded", "overloaded_error" -> Kind.OVERLOADED;
            default -> Kind.UPSTREAM_FAILED;
        };
        return ChatFailure.of(kind, "The backend failed" + (said.isEmpty() ? "." : ": " + said));
    }

    /** The connection ended, or the end mark came, before the answer was whole. */
    public static ChatFailure cut() {
        return ChatFailure.of(Kind.UPSTREAM_FAILED, "The backend's answer broke off before it was finished.");
    }

    private static Kind kind(int status, String said) {
        if ((status == 400 || status == 413 || status == 422)
                && CONTEXT.matcher(said).find()) {
            return Kind.CONTEXT_OVERFLOW;
        }
        return switch (status) {
            case 400, 404, 409, 415, 422 -> Kind.UPSTREAM_REJECTED;
            case 401, 403 -> Kind.UPSTREAM_AUTH;
            case 413 -> Kind.TOO_LARGE;
            case 429 -> Kind.RATE_LIMITED;
            case 408, 504, 524 -> Kind.UPSTREAM_TIMEOUT;
            case 529 -> Kind.OVERLOADED;
            default -> Kind.UPSTREAM_FAILED;
        };
    }

    private static String visible(Kind kind, int status, String said) {
        return switch (kind) {
            case UPSTREAM_AUTH -> "The backend refused the gateway's credentials; tell the gateway's operator.";
            case UPSTREAM_FAILED -> "The backend failed with status " + status + ".";
            default -> said.isEmpty() ? "The backend answered with status " + status + "." : safe(said);
        };
    }

    /** Without addresses and what looks like a key; not endless. */
    private static String safe(String message) {
        String shown =
                SECRET.matcher(ADDRESS.matcher(message).replaceAll("[address]")).replaceAll("[secret]");
        return shown.length() > MOST_CHARS ? shown.substring(0, MOST_CHARS) + "..." : shown;
    }

    private static Optional<JsonView> json(byte[] bytes, int start, int end) {
        try {
            return Optional.of(JsonView.parse(bytes, start, end, Blame.BACKEND));
        } catch (ChatFailure notJson) {
            return Optional.empty();
        }
    }

    /** Forms seen: {@code error{message}}, {@code error} or {@code detail} as text, {@code detail[{msg}]}, {@code message}. */
    private static String message(JsonView json) {
        if (json.isString()) {
            return json.string();
        }
        if (json.isArray()) {
            List<JsonView> items = json.items();
            return items.isEmpty() ? "" : message(items.getFirst());
        }
        if (!json.isObject()) {
            return "";
        }
        for (String name : List.of("message", "error", "detail", "msg")) {
            if (json.has(name)) {
                return message(json.need(name));
            }
        }
        return "";
    }

    private static String code(JsonView json) {
        JsonView error = json.isObject() ? json.get("error").orElse(json) : json;
        if (!error.isObject()) {
            return "";
        }
        return error.get("code")
                .or(() -> error.get("type"))
                .map(code -> code.isString() ? code.string() : code.raw().text())
                .orElse("");
    }

    private static Duration retryAfter(Map<String, String> headers) {
        Duration exact = delay(header(headers, "retry-after-ms"), 1);
        return exact.isZero() ? delay(header(headers, "retry-after"), 1000) : exact;
    }

    private static String header(Map<String, String> headers, String name) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().toLowerCase(Locale.ROOT).equals(name)) {
                return header.getValue().trim();
            }
        }
        return "";
    }

    /** A date instead of a number is left alone: our clock and theirs may differ. */
    private static Duration delay(String text, int unitMillis) {
        try {
            double value = text.isEmpty() ? 0 : Double.parseDouble(text);
            return value > 0 && value < 1e9 ? Duration.ofMillis((long) Math.ceil(value * unitMillis)) : Duration.ZERO;
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }
}
