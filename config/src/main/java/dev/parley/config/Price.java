package dev.parley.config;

import java.util.OptionalLong;

/**
 * What a model's tokens cost. Amounts of money are integer nano-USD; prices per token are integer pico-USD, because public
 * prices such as 0.0375 USD per million tokens (37,500 pico-USD a token) are no whole number of nano-USD.
 */
public sealed interface Price {

    /** The cost of a call in nano-USD, rounded half up; empty if the price is unknown (never 0). */
    OptionalLong costNanoUsd(Usage usage);

    /** No price is known: costs are unknown too, and cost ceilings exclude the model. */
    record Unknown() implements Price {
        @Override
        public OptionalLong costNanoUsd(Usage usage) {
            return OptionalLong.empty();
        }
    }

    /**
     * Price by token.
     *
     * @param inputPicoUsd per uncached prompt token
     * @param outputPicoUsd per generated token
     * @param cacheReadPicoUsd per prompt token read from the provider's cache
     * @param cacheWritePicoUsd per prompt token written to the provider's cache
     */
    record PerToken(long inputPicoUsd, long outputPicoUsd, long cacheReadPicoUsd, long cacheWritePicoUsd)
            implements Price {
        public PerToken {
            if (inputPicoUsd < 0 || outputPicoUsd < 0 || cacheReadPicoUsd < 0 || cacheWritePicoUsd < 0) {
                throw new IllegalArgumentException("a price must not be negative");
            }
        }

        @Override
        public OptionalLong costNanoUsd(Usage usage) {
            long uncached = Math.max(0, usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens());
            long pico = Math.multiplyExact(uncached, inputPicoUsd)
                    + Math.multiplyExact(usage.cachedInputTokens(), cacheReadPicoUsd)
                    + Math.multiplyExact(usage.cacheWriteTokens(), cacheWritePicoUsd)
                    + Math.multiplyExact(usage.outputTokens(), outputPicoUsd);
            return OptionalLong.of((pico + 500) / 1000);
        }
    }
}
