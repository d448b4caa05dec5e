package dev.parley.gateway.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.FinishReason;
import dev.parley.chat.Part;
import dev.parley.config.CacheSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whole answers by exact request. A request takes part if the same request must have the same answer (see {@link Fingerprint}):
 * temperature 0 said by the client, one choice, no state elsewhere. Only answers that came to their natural end are kept. A client
 * can ask for a fresh answer ({@code cache-control: no-cache}) or stay out ({@code no-store}). Bounded by bytes and age; thread-safe.
 */
public final class AnswerCache {
    private static final int OVERHEAD = 256;

    private final boolean enabled;
    private final Cache<String, ChatAnswer> answers;

    /**
     * @param nanoTime clock of the ages, {@code System::nanoTime} in the product
     */
    public AnswerCache(CacheSpec spec, LongSupplier nanoTime) {
        this.enabled = spec.enabled();
        this.answers = Caffeine.newBuilder()
                .maximumWeight(Math.max(0, spec.maxBytes()))
                .weigher((String key, ChatAnswer answer) -> weight(answer))
                .expireAfterWrite(spec.timeToLive())
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    public boolean enabled() {
        return enabled;
    }

    /**
     * Where this request's answer would lie; empty if it takes no part. Throws {@link dev.parley.chat.ChatFailure} BAD_REQUEST if
     * the body does not say a valid call.
     *
     * @param policy that would route it; answers are not shared between policies
     * @param scope who shares answers, e.g. the key's id; answers never cross it
     * @param cacheControl the client's header, or empty
     */
    public Optional<CacheKey> key(ChatRequest request, String policy, String scope, String cacheControl) {
        String control = cacheControl.toLowerCase(Locale.ROOT);
        if (!enabled || control.contains("no-store")) {
            return Optional.empty();
        }
        boolean readable = !control.contains("no-cache") && !control.contains("max-age=0");
        return Fingerprint.of(request, policy, scope).map(digest -> new CacheKey(digest, readable));
    }

    public Optional<ChatAnswer> recall(CacheKey key) {
        return key.readable() ? Optional.ofNullable(answers.getIfPresent(key.digest())) : Optional.empty();
    }

    /** Keeps a whole answer; does nothing for one that was cut off, filtered or paused. */
    public void keep(CacheKey key, ChatAnswer answer) {
        boolean whole = !answer.choices().isEmpty()
                && answer.choices().stream().allMatch(choice -> natural(choice.finishReason()));
        if (whole) {
            answers.put(key.digest(), answer);
        }
    }

    /** Bytes held, about. */
    public long weight() {
        return answers.policy().eviction().map(e -> e.weightedSize().orElse(0)).orElse(0L);
    }

    /** Answers held, about. */
    public long size() {
        return answers.estimatedSize();
    }

    private static boolean natural(FinishReason reason) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE, TOOL_CALLS -> true;
            case LENGTH, CONTENT_FILTER, PAUSE -> false;
        };
    }

    private static int weight(ChatAnswer answer) {
        long bytes = OVERHEAD;
        for (ChatAnswer.Choice choice : answer.choices()) {
            for (Part part : choice.content()) {
                bytes += OVERHEAD + weight(part);
            }
            for (ChatEvent.TokenLogprob logprob : choice.logprobs()) {
                bytes += OVERHEAD * (1L + logprob.top().size());
            }
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /** Two bytes a character at most. */
    private static long weight(Part part) {
        return 2L
                * switch (part) {
                    case Part.Text text -> text.text().length();
                    case Part.Reasoning reasoning ->
                        reasoning.text().length() + reasoning.signature().length();
                    case Part.RedactedReasoning redacted -> redacted.data().length();
                    case Part.Refusal refusal -> refusal.text().length();
                    case Part.ToolUse use ->
                        use.name().length() + use.arguments().length();
                    case Part.Foreign foreign -> foreign.json().text().length();
                    case Part.Image ignored -> OVERHEAD;
                    case Part.Document ignored -> OVERHEAD;
                    case Part.Audio audio -> audio.base64().length();
                    case Part.ToolResult ignored -> OVERHEAD;
                };
    }
}
