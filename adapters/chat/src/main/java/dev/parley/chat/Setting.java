package dev.parley.chat;

/** A request parameter that more than one protocol knows, whatever its name there. Values stay {@link RawJson}. */
public enum Setting {
    MAX_OUTPUT_TOKENS,
    TEMPERATURE,
    TOP_P,
    TOP_K,
    MIN_P,
    SEED,
    STOP,
    PRESENCE_PENALTY,
    FREQUENCY_PENALTY,
    REPETITION_PENALTY,
    LOGIT_BIAS,
    CHOICES,
    LOGPROBS,
    TOP_LOGPROBS,
    PARALLEL_TOOL_CALLS,
    REASONING_EFFORT,
    THINKING,
    USER,
    SERVICE_TIER,
    METADATA,
    /** Read by {@link dev.parley.chat.json.ExpertJson}. */
    MOE
}
