package dev.parley.moe;

import dev.parley.moe.engine.study.Capacity;
import java.util.Optional;

/**
 * What a model of the embedded engine takes and will give on this machine.
 *
 * @param name as {@link dev.parley.config.ModelSpec#upstreamModel()} gives it
 * @param weightBytes of all weights
 * @param positionBytes of keys and values, for each token of a conversation
 * @param contextTokens prompt and answer together, at most
 * @param activeBytes of weights that a token reads, on average
 * @param foretold speed; empty until it has been worked out
 */
public record ModelCapacity(
        String name,
        long weightBytes,
        long positionBytes,
        int contextTokens,
        long activeBytes,
        Optional<Capacity.Foretold> foretold) {}
