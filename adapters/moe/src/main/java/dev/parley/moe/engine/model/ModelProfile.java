package dev.parley.moe.engine.model;

/**
 * What people want to know of a model.
 *
 * @param name from the file
 * @param architecture as GGUF names it
 * @param quantisation most frequent storage of its matrices, e.g. {@code Q8_0}
 * @param parameters all weights
 * @param activeParameters weights that take part in one token; where experts are null, on average were all equally likely
 * @param fileBytes size of its file
 */
public record ModelProfile(
        String name,
        String architecture,
        String quantisation,
        long parameters,
        long activeParameters,
        long fileBytes) {}
