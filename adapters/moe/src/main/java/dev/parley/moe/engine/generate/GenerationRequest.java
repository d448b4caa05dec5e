package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.constrain.JsonForm;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.List;
import java.util.Optional;

/**
 * One answer to be generated.
 *
 * @param messages if the last is the assistant's, the answer continues it
 * @param seed of all chance in this answer
 * @param limits of its length
 * @param scores how many alternatives to report per token: -1 no scores at all, 0 only the chosen token's
 * @param experts how they are chosen, and whether to keep their names
 * @param form what JSON the answer must be; empty for free text
 */
public record GenerationRequest(
        List<ChatMessage> messages,
        SamplingSpec sampling,
        long seed,
        Limits limits,
        int scores,
        ExpertSpec experts,
        Optional<JsonForm.Document> form) {
    public GenerationRequest {
        messages = List.copyOf(messages);
    }

    /** Of free text. */
    public GenerationRequest(
            List<ChatMessage> messages,
            SamplingSpec sampling,
            long seed,
            Limits limits,
            int scores,
            ExpertSpec experts) {
        this(messages, sampling, seed, limits, scores, experts, Optional.empty());
    }

    /** Of free text, with the model's own gates. */
    public GenerationRequest(List<ChatMessage> messages, SamplingSpec sampling, long seed, Limits limits, int scores) {
        this(messages, sampling, seed, limits, scores, ExpertSpec.USUAL);
    }

    /** The same request with another chance. */
    public GenerationRequest withSeed(long other) {
        return new GenerationRequest(messages, sampling, other, limits, scores, experts, form);
    }

    /**
     * Where the answer ends at the latest.
     *
     * @param tokens generated, at most
     * @param context prompt and answer together, at most; the model's own context holds too
     * @param stops texts that end the answer and are not part of it; none empty
     */
    public record Limits(int tokens, int context, List<String> stops) {
        public Limits {
            stops = List.copyOf(stops);
        }
    }
}
