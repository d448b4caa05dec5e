package dev.parley.config;

import java.util.Set;

/**
 * One model that can be called.
 *
 * @param id name towards clients
 * @param backend id of the {@link BackendSpec} that serves it
 * @param upstreamModel name towards the backend
 * @param price what its tokens cost
 * @param capabilities what it can be asked for
 * @param contextTokens prompt and answer together, at most
 * @param maxOutputTokens answer, at most
 * @param card declared prior
 */
public record ModelSpec(
        ModelId id,
        String backend,
        String upstreamModel,
        Price price,
        Set<Capability> capabilities,
        int contextTokens,
        int maxOutputTokens,
        ModelCard card) {
    public ModelSpec {
        capabilities = Set.copyOf(capabilities);
    }

    public boolean can(Capability capability) {
        return capabilities.contains(capability);
    }
}
