package dev.parley.config;

import java.time.Duration;
import java.util.Map;

/**
 * What is declared of a model before any outcome is known: the router's prior.
 *
 * @param description one sentence, shown to people and to LLM routers; may be empty
 * @param owner shown as {@code owned_by}
 * @param quality declared probability of a good answer, 0..1, over all tasks
 * @param qualityByTask the same by task name, or a score by domain or public benchmark ({@code math}, {@code gsm8k}, ...:
 *     docs/heads.md); missing ones fall back to {@code quality}
 * @param outputTokens expected output tokens of an answer
 * @param timeToFirstToken expected
 * @param tokensPerSecond expected generation speed
 * @param charsPerToken characters of Latin script that the model's vocabulary makes a token of, on average
 * @param attributes merits 0..1 that a request may prefer, by name such as {@code privacy} or {@code recency}; missing ones count 0.5
 */
public record ModelCard(
        String description,
        String owner,
        double quality,
        Map<String, Double> qualityByTask,
        double outputTokens,
        Duration timeToFirstToken,
        double tokensPerSecond,
        double charsPerToken,
        Map<String, Double> attributes) {
    /** What estimates of tokens count by, where a card says nothing: about what the large vocabularies of today come to. */
    public static final int USUAL_CHARS_PER_TOKEN = 4;

    /** Of an answer, where a card says nothing. */
    public static final double USUAL_OUTPUT_TOKENS = 300;

    public ModelCard {
        attributes = Map.copyOf(attributes);
        qualityByTask = Map.copyOf(qualityByTask);
    }

    /** Of a usual vocabulary, without attributes. */
    public ModelCard(
            String description,
            String owner,
            double quality,
            Map<String, Double> qualityByTask,
            double outputTokens,
            Duration timeToFirstToken,
            double tokensPerSecond) {
        this(
                description,
                owner,
                quality,
                qualityByTask,
                outputTokens,
                timeToFirstToken,
                tokensPerSecond,
                USUAL_CHARS_PER_TOKEN,
                Map.of());
    }
}
