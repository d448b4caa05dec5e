package dev.parley.routermodels;

import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import java.util.Set;

/**
 * What a router may look at of a request.
 *
 * @param text the last user turn, possibly cut
 * @param earlier the user's turns before, which the last one may go on from ({@link FollowUp#earlier}); may be empty
 * @param shape what the request has beyond the text
 * @param estimatedInputTokens of the whole request, tools and pictures included
 * @param lastQuestionTokens the same without what was said before the last question
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
        int lastQuestionTokens,
        int maxOutputTokens,
        Set<Capability> needs,
        Set<String> taskHints,
        String session) {
    public Query {
        needs = Set.copyOf(needs);
        taskHints = Set.copyOf(taskHints);
    }

    /** Of no session, and a first question as far as its tokens go. */
    public Query(
            String text,
            String earlier,
            RequestShape shape,
            int estimatedInputTokens,
            int maxOutputTokens,
            Set<Capability> needs,
            Set<String> taskHints) {
        this(text, earlier, shape, estimatedInputTokens, estimatedInputTokens, maxOutputTokens, needs, taskHints, "");
    }

    /** As it is read if it goes on from what was said before ({@link QueryFeatures#followUp}): one text. */
    public Query joined() {
        return new Query(
                FollowUp.joined(earlier, text),
                "",
                shape,
                estimatedInputTokens,
                lastQuestionTokens,
                maxOutputTokens,
                needs,
                taskHints,
                session);
    }

    /** Tokens of the prompt that a model would be given, about. */
    public long inputTokens(ModelSpec model) {
        return model.tokens(model.singleTurn() ? lastQuestionTokens : estimatedInputTokens);
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
