package dev.parley.moe;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ExpertAsk;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.engine.generate.Generation;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.text.Tokenizer;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** What computes the answers of a {@link MoeBackend}: the engine of this process, or llama.cpp in another. Thread-safe. */
interface Engine {
    /**
     * The model for a call. Throws {@link dev.parley.chat.ChatFailure} MODEL_NOT_FOUND naming those there are, or BAD_REQUEST naming what
     * of the experts cannot be done.
     */
    Served serving(BackendCall call, ExpertAsk ask);

    Surroundings surroundings();

    AnswerListener listener();

    /** Time, chance and what else comes from outside. */
    record Surroundings(InstantSource clock, RandomGenerator random, int maxSequences) {}

    /**
     * A model as one call sees it.
     *
     * @param experts how they are chosen
     * @param start begins the answers, or none of them; throws {@link dev.parley.moe.engine.EngineException}
     */
    record Served(Tokenizer tokenizer, ExpertSpec experts, Function<List<Scheduler.Task>, List<Generation>> start) {}
}
