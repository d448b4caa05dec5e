package dev.parley.chat;

import dev.parley.config.Usage;
import java.util.List;

/** A whole answer: the fold of its events ({@link AnswerFold}). */
public record ChatAnswer(String id, String model, long createdEpochSecond, List<Choice> choices, Usage usage) {
    public ChatAnswer {
        choices = List.copyOf(choices);
    }

    /**
     * One of n alternatives.
     *
     * @param content reasoning, text, refusal and tool-use parts in the order they began
     */
    public record Choice(
            int index,
            List<Part> content,
            List<ChatEvent.TokenLogprob> logprobs,
            FinishReason finishReason,
            String stopSequence) {
        public Choice {
            content = List.copyOf(content);
            logprobs = List.copyOf(logprobs);
        }

        public String text() {
            return new Turn(Turn.Role.ASSISTANT, content).text();
        }
    }
}
