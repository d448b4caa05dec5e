package dev.parley.chat;

import dev.parley.config.Usage;
import java.util.List;
import java.util.Optional;

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
            String stopSequence,
            Optional<ExpertUse> experts) {
        public Choice {
            content = List.copyOf(content);
            logprobs = List.copyOf(logprobs);
        }

        /** A choice of whose experts nothing is known. */
        public Choice(
                int index,
                List<Part> content,
                List<ChatEvent.TokenLogprob> logprobs,
                FinishReason finishReason,
                String stopSequence) {
            this(index, content, logprobs, finishReason, stopSequence, Optional.empty());
        }

        public String text() {
            return new Turn(Turn.Role.ASSISTANT, content).text();
        }
    }
}
