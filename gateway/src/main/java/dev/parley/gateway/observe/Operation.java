package dev.parley.gateway.observe;

/** OpenTelemetry's operation name and the route of a wire form. */
final class Operation {
    private Operation() {}

    static String of(String protocol) {
        return switch (protocol) {
            case "OPENAI_COMPLETIONS", "OLLAMA_GENERATE" -> "text_completion";
            case "EMBEDDINGS", "OPENAI_EMBEDDINGS", "OLLAMA_EMBEDDINGS" -> "embeddings";
            default -> "chat";
        };
    }

    static String route(String protocol) {
        return switch (protocol) {
            case "OPENAI_CHAT" -> "/v1/chat/completions";
            case "OPENAI_RESPONSES" -> "/v1/responses";
            case "OPENAI_COMPLETIONS" -> "/v1/completions";
            case "ANTHROPIC_MESSAGES" -> "/v1/messages";
            case "OLLAMA_CHAT" -> "/api/chat";
            case "OLLAMA_GENERATE" -> "/api/generate";
            case "EMBEDDINGS", "OPENAI_EMBEDDINGS" -> "/v1/embeddings";
            case "OLLAMA_EMBEDDINGS" -> "/api/embed";
            default -> "other";
        };
    }
}
