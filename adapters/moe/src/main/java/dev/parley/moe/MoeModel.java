package dev.parley.moe;

/**
 * What is to be known of a loaded model.
 *
 * @param name as {@link dev.parley.config.ModelSpec#upstreamModel()} gives it
 * @param architecture as GGUF names it
 * @param quantisation most frequent storage of its matrices
 * @param contextTokens prompt and answer together, at most
 * @param layers of attention and experts
 * @param experts per layer; 0 for a dense model
 * @param expertsUsed per token
 * @param parameters all weights
 * @param activeParameters weights that take part in one token, on average
 * @param fileBytes size of its file
 */
public record MoeModel(
        String name,
        String architecture,
        String quantisation,
        int contextTokens,
        int layers,
        int experts,
        int expertsUsed,
        long parameters,
        long activeParameters,
        long fileBytes) {}
