package dev.parley.gateway.execute;

import dev.parley.chat.ExpertAsk;
import dev.parley.chat.Protocol;
import dev.parley.chat.json.ExpertJson;
import dev.parley.config.BackendSpec;
import dev.parley.config.ExpertControls;

/** What of a request's {@code moe} member a server elsewhere can follow: nothing but telling its experts (vLLM, SGLang). */
final class ServerExperts {
    private ServerExperts() {}

    /** Warns of what is dropped; true if the answer must be read, because the client wants to see the experts in our form. */
    static boolean read(Order order, BackendSpec.Http spec) {
        if (!order.request().body().has(ExpertAsk.MEMBER)) {
            return false;
        }
        ExpertAsk ask = ExpertJson.ask(order.request().body());
        if (!ask.controls().equals(ExpertControls.NONE)) {
            order.warnings().accept("moe: expert controls dropped, backend '" + spec.id() + "' has none");
        }
        boolean told = spec.protocol() == BackendSpec.Protocol.OPENAI
                && keepsItsMeaning(order.request().protocol());
        if (ask.telemetry() && !told) {
            order.warnings().accept("moe.telemetry dropped, backend '" + spec.id() + "' tells none here");
        }
        return ask.telemetry() && told;
    }

    /** The other two would be asked as a chat instead of in their own words. */
    private static boolean keepsItsMeaning(Protocol protocol) {
        return switch (protocol) {
            case OPENAI_CHAT, ANTHROPIC_MESSAGES, OLLAMA_CHAT, OLLAMA_GENERATE -> true;
            case OPENAI_COMPLETIONS, OPENAI_RESPONSES -> false;
        };
    }
}
