package dev.parley.routermodels;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelSpec;
import java.util.Set;

/**
 * What a router may look at of a request.
 *
 * @param text the last user turn, possibly cut
 * @param earlier the user's turns before, which the last one may go on from ({@link FollowUp#earlier}); may be empty
 * @param shape what the request has beyond the text
 * @param estimatedInputTokens of the whole request, tools and pictures included
 * @param maxOutputTokens the client's cap, {@code Integer.MAX_VALUE} for none
 * @param needs capabilities the request cannot do without
 * @param taskHints tasks the client declared; usually empty
 * @param session the same for all requests of a conversation; empty if there is none
 */
public record Query(
        String text,
        String earlier,
        RequestShape shape,
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
            String earlier,
            RequestShape shape,
            int estimatedInputTokens,
            int maxOutputTokens,
            Set<Capability> needs,
            Set<String> taskHints) {
        this(text, earlier, shape, estimatedInputTokens, maxOutputTokens, needs, taskHints, "");
    }

    /** As it is read if it goes on from what was said before ({@link QueryFeatures#followUp}): one text. */
    public Query joined() {
        return new Query(
                FollowUp.joined(earlier, text),
                "",
                shape,
                estimatedInputTokens,
                maxOutputTokens,
                needs,
                taskHints,
                session);
    }

    /** Tokens of the prompt that a model would be given, about. */
    public long inputTokens(ModelSpec model) {
        int all = model.singleTurn() && shape.turns() > 1
                ? Math.min(estimatedInputTokens, Math.max(1, text.length() / ModelCard.USUAL_CHARS_PER_TOKEN))
                : estimatedInputTokens;
        return model.tokens(all);
    }

    /** A bare question, as in calibration sets. */
    public static Query of(String text) {
        return new Query(
                text,
                "",
                RequestShape.BARE,
                Math.max(1, text.length() / 4),
                Integer.MAX_VALUE,
                Set.of(Capability.CHAT),
                Set.of());
    }
}
