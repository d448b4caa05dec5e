package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The predicted edge query -> model. Quality, cost and latency stand apart; only a policy weighs them.
 *
 * @param quality P(good answer), 0..1
 * @param uncertainty standard deviation of {@code quality}
 * @param outputTokens expected
 * @param costNanoUsd expected; empty if the model's price is unknown
 * @param latency expected until the whole answer
 * @param evidence for people, e.g. {@code 31 outcomes near 'arithmetic'} or {@code declared card}
 */
public record Prediction(
        ModelId model,
        double quality,
        double uncertainty,
        double outputTokens,
        OptionalLong costNanoUsd,
        Duration latency,
        String evidence) {}
