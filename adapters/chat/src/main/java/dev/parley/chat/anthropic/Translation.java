package dev.parley.chat.anthropic;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Turn;
import java.util.Map;

/** What all writers of one request share. Not thread-safe. */
final class Translation {
    private static final String CACHE_CONTROL = "cache_control";

    private final BackendCall call;
    private final Conversation conversation;
    private final ToolIds ids = new ToolIds();

    Translation(BackendCall call) {
        this.call = call;
        this.conversation = call.request().conversation();
        conversation.turns().forEach(this::reserve);
    }

    private void reserve(Turn turn) {
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolUse use) {
                ids.reserve(use.id());
            }
        }
    }

    BackendCall call() {
        return call;
    }

    Conversation conversation() {
        return conversation;
    }

    ToolIds ids() {
        return ids;
    }

    /** Whether the client speaks Messages too: then its own members go on untouched. */
    boolean sameFamily() {
        return call.request().protocol() == Protocol.ANTHROPIC_MESSAGES;
    }

    /** Tells the client, in one clause, what does not reach the backend. */
    void warn(String clause) {
        call.warnings().accept(clause);
    }

    /** A request that cannot be said to Anthropic. */
    ChatFailure cannot(String param, String message) {
        return ChatFailure.badRequest(param, message);
    }

    /** Which unknown members of a part or tool Anthropic takes. */
    Map<String, RawJson> passing(Map<String, RawJson> extras) {
        if (sameFamily() || extras.isEmpty()) {
            return extras;
        }
        RawJson cache = extras.get(CACHE_CONTROL);
        return cache == null ? Map.of() : Map.of(CACHE_CONTROL, cache);
    }
}
