package dev.parley.moe;

import dev.parley.chat.ChatEvent;
import dev.parley.moe.engine.generate.TokenScore;
import dev.parley.moe.engine.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Token scores in the words of {@link ChatEvent}. */
final class Logprobs {
    private Logprobs() {}

    static List<ChatEvent.TokenLogprob> of(Tokenizer tokenizer, List<TokenScore> scores) {
        List<ChatEvent.TokenLogprob> logprobs = new ArrayList<>();
        for (TokenScore score : scores) {
            logprobs.add(new ChatEvent.TokenLogprob(
                    text(tokenizer, score), score.logprob(), score.bytes().clone(), of(tokenizer, score.top())));
        }
        return logprobs;
    }

    /** A control token goes by its name; half a character reads as U+FFFD, its bytes tell the truth. */
    private static String text(Tokenizer tokenizer, TokenScore score) {
        return score.bytes().length == 0
                ? tokenizer.text(score.id())
                : new String(score.bytes(), StandardCharsets.UTF_8);
    }
}
