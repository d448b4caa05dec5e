package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import java.util.List;

/**
 * Hears of one answer, on an engine thread: it must not block. Order: started, deltas, then finished; or failed at any time, also
 * instead of started. Nothing follows finished or failed. After a cancellation nothing follows but what is being said already.
 */
public interface GenerationListener {
    /** The prompt fits; computing begins. */
    void started(int promptTokens);

    /**
     * A piece of the answer.
     *
     * @param text whole characters, possibly empty
     * @param scores of the tokens that make it up; empty unless asked for
     */
    void delta(String text, List<TokenScore> scores);

    void finished(Ending ending);

    void failed(EngineException failure);
}
