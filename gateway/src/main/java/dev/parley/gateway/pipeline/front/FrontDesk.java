package dev.parley.gateway.pipeline.front;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Protocol;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * Whom the transport hands a call to. One instance per event loop; every method is called there and never blocks. Nothing throws: a
 * failure is a reply too.
 */
public interface FrontDesk {

    /**
     * Admission by the headers alone, before the body is read: 401 for a missing or wrong key, say. Empty lets the call in; full
     * admission (budgets, rates, models) follows in {@link #begin}.
     */
    Optional<Reply.Whole> refuse(Protocol shape, MultiMap headers, String requestId);

    /** Takes a chat call. */
    Exchange begin(Inbound inbound);

    /** Answers any other call. */
    Future<Reply.Whole> answer(SideCall call);

    /**
     * A failure that the transport itself found (unknown path, wrong method, body too large) in the shape of the route: the protocol
     * stands for its family.
     */
    Reply.Whole failure(Protocol shape, ChatFailure failure, String requestId);
}
