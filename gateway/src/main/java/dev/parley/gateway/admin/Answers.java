package dev.parley.gateway.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers and reads parameters. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");

    private Answers() {}

    static void json(RoutingContext context, String body) {
        context.response()
                .putHeader("content-type", "application/json")
                .putHeader("cache-control", "no-store")
                .end(body);
    }

    static void json(RoutingContext context, Future<String> body) {
        body.onSuccess(text -> json(context, text)).onFailure(error -> fail(context, error));
    }

    /** A fault of ours: details go to the log only. */
    static void fail(RoutingContext context, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof IllegalArgumentException) {
            fail(context, 400, String.valueOf(cause.getMessage()));
        } else {
            LOG.error(
                    "{} {} failed",
                    context.request().method(),
                    context.request().path(),
                    error);
            fail(context, 500, "the gateway could not answer; its log says why");
        }
    }

    static void fail(RoutingContext context, int status, String message) {
        if (context.response().ended()) {
            return;
        }
        String type = status >= 500 ? "server_error" : "invalid_request_error";
        context.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("cache-control", "no-store")
                .end(new JsonObject()
                        .put(
                                "error",
                                new JsonObject()
                                        .put("message", message)
                                        .put("type", type)
                                        .putNull("param")
                                        .putNull("code"))
                        .encode());
    }

    static String parameter(RoutingContext context, String name, String otherwise) {
        String value = context.request().getParam(name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    /** A time such as {@code 2026-11-24T12:00:00Z}, or a span back from now such as {@code 15m}, {@code 24h}, {@code 7d}. */
    static Instant since(String text, Instant now) {
        Matcher span = SPAN.matcher(text);
        if (span.matches()) {
            long count = Long.parseLong(span.group(1));
            return now.minus(
                    switch (span.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "since: '" + text
                            + "' is neither a time such as 2026-11-24T12:00:00Z nor a span such as 15m, 24h, 7d",
                    e);
        }
    }

    static int limit(String text, int most) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= most) {
                return limit;
            }
        } catch (NumberFormatException e) {
            LOG.debug("not a number", e);
        }
        throw new IllegalArgumentException("limit: must be a number from 1 to " + most);
    }
}
