package dev.parley.moe;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.ExpertAsk;
import dev.parley.config.ModelSpec;
import dev.parley.moe.engine.generate.GenerationRequest;
import dev.parley.moe.engine.generate.SamplingSpec;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.List;

/**
 * A call in the engine's words.
 *
 * @param served who answers
 * @param request of the first choice
 * @param choices answers asked for
 * @param expertsAsked whether the client wants to see them
 */
record AnswerSpec(Engine.Served served, GenerationRequest request, int choices, boolean expertsAsked) {

    /** Throws {@link ChatFailure} BAD_REQUEST naming the member that the engine cannot follow. */
    static AnswerSpec of(BackendCall call, Engine engine) {
        Engine.Surroundings surroundings = engine.surroundings();
        Conversation conversation = call.request().conversation();
        Messages reader = new Messages(call);
        List<ChatMessage> messages = reader.read();
        Settings settings = new Settings(conversation);
        int choices = settings.choices(surroundings.maxSequences());
        ModelSpec model = call.model();
        int most = model.maxOutputTokens() > 0 ? model.maxOutputTokens() : Integer.MAX_VALUE;
        int context = model.contextTokens() > 0 ? model.contextTokens() : Integer.MAX_VALUE;
        GenerationRequest.Limits limits =
                new GenerationRequest.Limits(Math.min(most, settings.maxTokens()), context, settings.stops());
        long seed = settings.seed().orElseGet(surroundings.random()::nextLong);
        ExpertAsk ask = settings.experts();
        Engine.Served served = engine.serving(call, ask);
        SamplingSpec sampling = settings.sampling(served.tokenizer().size());
        return new AnswerSpec(
                served,
                new GenerationRequest(
                        messages, sampling, seed, limits, settings.scores(), served.experts(), reader.form()),
                choices,
                ask.telemetry());
    }

    /** The request of the {@code i}-th choice: the same, but for chance. */
    GenerationRequest choice(int i) {
        long seed = request.seed() + i * 0x9E3779B97F4A7C15L;
        return request.withSeed(seed);
    }
}
