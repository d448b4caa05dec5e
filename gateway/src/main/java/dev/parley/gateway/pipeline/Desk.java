package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.EmbeddingBackend;
import dev.parley.chat.Protocol;
import dev.parley.gateway.execute.BackendSet;
import dev.parley.gateway.pipeline.ask.Credentials;
import dev.parley.gateway.pipeline.front.Exchange;
import dev.parley.gateway.pipeline.front.FrontDesk;
import dev.parley.gateway.pipeline.front.Inbound;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.gateway.pipeline.front.SideCall;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;

/** The front desk of one event loop. */
public final class Desk implements FrontDesk {
    private final Rooms rooms;
    private final Pipeline pipeline;
    private final Replies replies;
    private final SideDesk side;

    /**
     * @param backends of this loop
     * @param local embeds in this process
     */
    public Desk(Rooms rooms, BackendSet backends, EmbeddingBackend local) {
        this.rooms = rooms;
        this.pipeline = new Pipeline(rooms);
        this.replies = new Replies(rooms);
        this.side = new SideDesk(rooms, backends, local);
    }

    @Override
    public Optional<Reply.Whole> refuse(Protocol shape, MultiMap headers, String requestId) {
        try {
            rooms.admission().identify(Credentials.presented(headers));
            return Optional.empty();
        } catch (ChatFailure failure) {
            return Optional.of(failure(shape, failure, requestId));
        }
    }

    @Override
    public Exchange begin(Inbound inbound) {
        Passage passage = new Passage(inbound, rooms.snapshot().get(), rooms.time());
        return new ChatExchange(passage, rooms).start(pipeline);
    }

    @Override
    public Future<Reply.Whole> answer(SideCall call) {
        return side.answer(call)
                .recover(error -> Future.succeededFuture(
                        failure(call.kind().shape(), Pipeline.asFailure(error), call.requestId())));
    }

    @Override
    public Reply.Whole failure(Protocol shape, ChatFailure failure, String requestId) {
        return replies.failure(shape, failure, requestId, Map.of());
    }
}
