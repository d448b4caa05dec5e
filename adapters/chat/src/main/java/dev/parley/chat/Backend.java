package dev.parley.chat;

import java.util.concurrent.Flow;

/**
 * Something that answers as a stream. One instance belongs to one event loop: it is called there, and its publishers signal there.
 */
public interface Backend {

    /**
     * Prepares one answer. Nothing is sent before the (single) subscriber asks for its first event; cancelling the subscription ends
     * the call at the backend at once. Demand is respected: an unread stream stops the backend's reading, not our memory. Failures
     * arrive as {@link ChatFailure} in onError; onComplete only after a whole answer (see {@link ChatEvent}).
     */
    Flow.Publisher<ChatEvent> chat(BackendCall call);

    /** No call will come any more: what it holds may go when the running calls have ended. */
    default void retire() {}
}
