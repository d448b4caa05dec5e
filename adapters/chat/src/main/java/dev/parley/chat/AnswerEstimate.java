package dev.parley.chat;

import dev.parley.config.Usage;
import java.util.function.Consumer;

/** Counts an answer for backends that report no usage, or only a part of it. Not thread-safe. */
public final class AnswerEstimate {
    private final ChatRequest request;
    private long outputTokens;

    /**
     * @param request whose prompt is estimated if need be
     */
    public AnswerEstimate(ChatRequest request) {
        this.request = request;
    }

    /** The sink, watched. */
    public Consumer<ChatEvent> watch(Consumer<ChatEvent> sink) {
        return event -> {
            count(event);
            sink.accept(event);
        };
    }

    private void count(ChatEvent event) {
        if (event instanceof ChatEvent.TextDelta e) {
            outputTokens += TokenEstimate.ofText(e.text());
        } else if (event instanceof ChatEvent.ReasoningDelta e) {
            outputTokens += TokenEstimate.ofText(e.text());
        } else if (event instanceof ChatEvent.ToolCallArguments e) {
            outputTokens += TokenEstimate.ofText(e.json());
        }
    }

    /** Tokens of the prompt. */
    public long inputTokens() {
        return TokenEstimate.of(request.conversation());
    }

    /** Tokens of what went to the sink so far. */
    public long outputTokens() {
        return outputTokens;
    }

    public Usage usage() {
        return new Usage(inputTokens(), 0, 0, outputTokens, 0, true);
    }
}
