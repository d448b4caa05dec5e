package dev.parley.chat;

import dev.parley.config.Usage;
import java.util.List;

/**
 * A piece of an answer. A whole stream is: one {@link Started}; then deltas, choices interleaved; one {@link Finished} per choice;
 * one {@link UsageReported} (estimated if the backend gave none). A stream that lacks a Finished has failed.
 */
public sealed interface ChatEvent {

    /**
     * @param id the answer's id at the backend, or one of ours
     * @param model the model name the backend reports
     * @param createdEpochSecond when
     */
    record Started(String id, String model, long createdEpochSecond) implements ChatEvent {}

    record TextDelta(int choice, String text) implements ChatEvent {}

    record ReasoningDelta(int choice, String text) implements ChatEvent {}

    /** Closes a reasoning block with Anthropic's proof. */
    record ReasoningSignature(int choice, String signature) implements ChatEvent {}

    record RefusalDelta(int choice, String text) implements ChatEvent {}

    /**
     * @param call 0, 1, 2 ... by order of appearance within the choice
     */
    record ToolCallStarted(int choice, int call, String id, String name) implements ChatEvent {}

    /** A piece of the call's JSON arguments; all pieces together are valid JSON (an empty call says {@code {}}). */
    record ToolCallArguments(int choice, int call, String json) implements ChatEvent {}

    /** Logprobs of the tokens of the text delta just before. */
    record Logprobs(int choice, List<TokenLogprob> tokens) implements ChatEvent {
        public Logprobs {
            tokens = List.copyOf(tokens);
        }
    }

    /** Comes once per choice, before its {@link Finished}, or not at all if nothing is known. */
    record ExpertsReported(int choice, ExpertUse use) implements ChatEvent {}

    /**
     * @param stopSequence the one hit, or empty
     */
    record Finished(int choice, FinishReason reason, String stopSequence) implements ChatEvent {}

    record UsageReported(Usage usage) implements ChatEvent {}

    /**
     * @param logprob finite: JSON knows no infinity, for minus which OpenAI says -9999
     * @param bytes UTF-8 of the token, possibly a part of a character
     * @param top alternatives with their own empty {@code top}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record TokenLogprob(String token, double logprob, byte[] bytes, List<TokenLogprob> top) {
        private static final double LEAST = -9999;

        public TokenLogprob {
            logprob = logprob > LEAST ? logprob : LEAST;
            top = List.copyOf(top);
        }
    }
}
