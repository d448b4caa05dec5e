package dev.parley.moe.engine.generate;

import java.util.List;

/**
 * A token's log-probability by the model's own distribution, before bias, penalties and temperature.
 *
 * @param bytes of the token, possibly part of a character; not to be changed
 * @param logprob natural logarithm
 * @param top the most probable tokens at this place, with empty {@code top}
 */
@SuppressWarnings("ArrayRecordComponent")
public record TokenScore(int id, byte[] bytes, double logprob, List<TokenScore> top) {
    public TokenScore {
        top = List.copyOf(top);
    }
}
