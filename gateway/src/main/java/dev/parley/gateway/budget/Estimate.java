package dev.parley.gateway.budget;

import java.util.OptionalLong;

/**
 * What a request will probably take; set right when its {@link Permit} is settled.
 *
 * @param tokens prompt and answer
 * @param costNanoUsd empty if the price is unknown: a key with a spending cap may not make such a call
 */
public record Estimate(long tokens, OptionalLong costNanoUsd) {
    public Estimate {
        if (tokens < 0 || costNanoUsd.orElse(0) < 0) {
            throw new IllegalArgumentException("an estimate must not be negative");
        }
    }
}
