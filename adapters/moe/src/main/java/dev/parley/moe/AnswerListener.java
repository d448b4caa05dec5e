package dev.parley.moe;

import dev.parley.moe.engine.generate.Confidence;

/** Hears how sure a model was of an answer, e.g. to escalate. */
@FunctionalInterface
public interface AnswerListener {
    /**
     * @param answerId as in {@link dev.parley.chat.ChatEvent.Started#id()}
     * @param model name
     * @param confidence of one choice
     */
    void answered(String answerId, String model, Confidence confidence);
}
