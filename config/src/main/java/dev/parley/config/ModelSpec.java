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
 * @param moe how it chooses experts unless a request says otherwise: models with the same {@code upstreamModel} that differ here are
 *     variants of one model, each with its own predictions
 * @param singleTurn whether it was trained on single questions, so that it is given the last turn of the user, and what the system says,
 *     alone
 */
public record ModelSpec(
        ModelId id,
        String backend,
        String upstreamModel,
        Price price,
        Set<Capability> capabilities,
        int contextTokens,
        int maxOutputTokens,
        ModelCard card,
        ExpertControls moe,
        boolean singleTurn) {
    public ModelSpec {
        capabilities = Set.copyOf(capabilities);
    }

    /** A model that reads whole conversations, and chooses experts as it was trained or has none. */
    public ModelSpec(
            ModelId id,
            String backend,
            String upstreamModel,
            Price price,
            Set<Capability> capabilities,
            int contextTokens,
            int maxOutputTokens,
            ModelCard card) {
        this(
                id,
                backend,
                upstreamModel,
                price,
                capabilities,
                contextTokens,
                maxOutputTokens,
                card,
                ExpertControls.NONE,
                false);
    }

    /** This model's tokens of what is estimated to be {@code usual} tokens of a usual vocabulary. */
    public long tokens(long usual) {
        return Math.round(usual * ModelCard.USUAL_CHARS_PER_TOKEN / card.charsPerToken());
    }

    public boolean can(Capability capability) {
        return capabilities.contains(capability);
    }
}
