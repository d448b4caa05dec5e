package dev.parley.gateway.pipeline;

import dev.parley.chat.Protocol;
import dev.parley.gateway.budget.Rates;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** What a key has left of its rates, in the words of the route's family (wire-contract section 2). Ollama has no such headers. */
final class RateHeaders {
    private static final int MINUTE = 60;

    private RateHeaders() {}

    static void add(Protocol shape, Rates rates, Instant now, Map<String, String> headers) {
        switch (shape) {
            case OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_COMPLETIONS -> {
                openAi("requests", rates.requests(), headers);
                openAi("tokens", rates.tokens(), headers);
            }
            case ANTHROPIC_MESSAGES -> {
                anthropic("requests", rates.requests(), now, headers);
                anthropic("tokens", rates.tokens(), now, headers);
            }
            case OLLAMA_CHAT, OLLAMA_GENERATE -> {}
        }
    }

    private static void openAi(String what, Rates.Rate rate, Map<String, String> headers) {
        if (rate.limited()) {
            headers.put("x-ratelimit-limit-" + what, Long.toString(rate.limit()));
            headers.put("x-ratelimit-remaining-" + what, Long.toString(rate.remaining()));
            headers.put("x-ratelimit-reset-" + what, span(rate.reset()));
        }
    }

    private static void anthropic(String what, Rates.Rate rate, Instant now, Map<String, String> headers) {
        if (rate.limited()) {
            headers.put("anthropic-ratelimit-" + what + "-limit", Long.toString(rate.limit()));
            headers.put("anthropic-ratelimit-" + what + "-remaining", Long.toString(rate.remaining()));
            Instant reset = now.plus(rate.reset()).plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
            headers.put("anthropic-ratelimit-" + what + "-reset", reset.toString());
        }
    }

    /** As OpenAI writes it: {@code 12ms}, {@code 7s}, {@code 6m0s}; rounded up, so that nobody comes too early. */
    static String span(Duration length) {
        long millis = length.plusNanos(999_999).toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        long seconds = (millis + 999) / 1000;
        return seconds < MINUTE ? seconds + "s" : seconds / MINUTE + "m" + seconds % MINUTE + "s";
    }
}
