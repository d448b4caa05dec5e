package dev.parley.gateway.execute;

import dev.parley.chat.Protocol;

/** Where a relayed call goes, after the backend's base URL. */
final class Paths {
    private Paths() {}

    /** @param clientPath of the client with its query, which is kept ({@code ?beta=true}) */
    static String upstream(Protocol protocol, String clientPath) {
        int query = clientPath.indexOf('?');
        String suffix = query < 0 ? "" : clientPath.substring(query);
        return switch (protocol) {
            case OPENAI_CHAT -> "/chat/completions";
            case OPENAI_RESPONSES -> "/responses";
            case OPENAI_COMPLETIONS -> "/completions";
            case ANTHROPIC_MESSAGES -> "/v1/messages" + suffix;
            case OLLAMA_CHAT -> "/api/chat";
            case OLLAMA_GENERATE -> "/api/generate";
        };
    }
}
