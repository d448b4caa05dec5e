package dev.parley.chat.anthropic;

import dev.parley.chat.FinishReason;

/** Stop reasons, there and back (wire-contract section 11). */
final class StopReasons {
    private StopReasons() {}

    /**
     * @param tools whether the answer calls tools: some backends then still say "stop"
     * @param refused whether it holds a refusal: OpenAI's ends with "stop"
     */
    static String write(FinishReason reason, boolean tools, boolean refused) {
        return switch (reason) {
            case STOP -> refused ? "refusal" : tools ? "tool_use" : "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
            case PAUSE -> "pause_turn";
        };
    }

    /** Reasons that are newer than this code count as a plain end. */
    static FinishReason read(String stopReason) {
        return switch (stopReason) {
            case "stop_sequence" -> FinishReason.STOP_SEQUENCE;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.CONTENT_FILTER;
            case "pause_turn" -> FinishReason.PAUSE;
            default -> FinishReason.STOP;
        };
    }
}
