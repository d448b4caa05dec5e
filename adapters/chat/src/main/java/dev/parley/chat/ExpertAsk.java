package dev.parley.chat;

import dev.parley.config.ExpertControls;

/**
 * What a request asks of a mixture of experts: its {@code moe} member.
 *
 * @param telemetry whether the answer shall tell which experts made it
 */
public record ExpertAsk(ExpertControls controls, boolean telemetry) {
    /** The member's name, in requests and answers of every protocol. */
    public static final String MEMBER = "moe";

    public static final ExpertAsk NOTHING = new ExpertAsk(ExpertControls.NONE, false);
}
