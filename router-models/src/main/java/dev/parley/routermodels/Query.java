package dev.parley.routermodels;

import dev.parley.config.Capability;
import java.util.Set;

/**
 * What a router may look at of a request.
 *
 * @param text the last user turn, possibly cut
 * @param context system and earlier turns, possibly cut; may be empty
 * @param turns number of user turns
 * @param estimatedInputTokens of the whole request, tools and pictures included
 * @param maxOutputTokens the client's cap, {@code Integer.MAX_VALUE} for none
 * @param needs capabilities the request cannot do without
 * @param taskHints tasks the client declared; usually empty
 * @param session the same for all requests of a conversation; empty if there is none
 */
public record Query(
        String text,
        String context,
        int turns,
        int estimatedInputTokens,
        int maxOutputTokens,
        Set<Capability> needs,
        Set<String> taskHints,
        String session) {
    public Query {
        needs = Set.copyOf(needs);
        taskHints = Set.copyOf(taskHints);
    }

    /** Of no session. */
    public Query(
            String text,
            String context,
            int turns,
            int estimatedInputTokens,
            int maxOutputTokens,
            Set<Capability> needs,
            Set<String> taskHints) {
        this(text, context, turns, estimatedInputTokens, maxOutputTokens, needs, taskHints, "");
    }

    /** A bare question, as in calibration sets. */
    public static Query of(String text) {
        return new Query(
                text, "", 1, Math.max(1, text.length() / 4), Integer.MAX_VALUE, Set.of(Capability.CHAT), Set.of());
    }
}
