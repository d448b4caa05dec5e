package dev.parley.config;

/** What a model can be asked for; a request that needs one is only routed to models that have it. */
public enum Capability {
    CHAT,
    COMPLETIONS,
    EMBEDDINGS,
    RESPONSES,
    TOOLS,
    VISION,
    DOCUMENTS,
    AUDIO,
    JSON_OBJECT,
    JSON_SCHEMA,
    LOGPROBS,
    REASONING
}
