package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatFailure;
import dev.parley.gateway.pipeline.front.Exchange;
import dev.parley.gateway.pipeline.front.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;

/** One request on its way: passes the pipeline, then hears from the transport how the reply fared. Confined to one event loop. */
final class ChatExchange implements Exchange {
    private final Passage passage;
    private final Rooms rooms;
    private final Replies replies;
    private final Bookkeeper bookkeeper;
    private final Promise<Reply> reply = Promise.promise();
    private boolean closed;

    ChatExchange(Passage passage, Rooms rooms) {
        this.passage = passage;
        this.rooms = rooms;
        this.replies = new Replies(rooms);
        this.bookkeeper = new Bookkeeper(rooms);
    }

    ChatExchange start(Pipeline pipeline) {
        pipeline.pass(passage).onComplete(passed -> {
            Reply result = passed.succeeded() ? passed.result() : failed(Pipeline.asFailure(passed.cause()));
            if (!(result instanceof Reply.Whole whole) || whole.status() == 200) {
                passage.status = 200;
            }
            reply.complete(result);
        });
        return this;
    }

    private Reply failed(ChatFailure failure) {
        if (Bookkeeper.clientsFault(passage, failure)) {
            passage.experiment = Optional.empty();
            passage.variant = Optional.empty();
        }
        Reply.Whole answer =
                replies.failure(passage.in.protocol(), failure, passage.in.requestId(), replies.headers(passage));
        passage.status = answer.status();
        close(() -> bookkeeper.failed(passage, failure));
        return answer;
    }

    @Override
    public Future<Reply> reply() {
        return reply.future();
    }

    @Override
    public void firstByteSent() {
        passage.firstByteNanos = rooms.time().nanos().getAsLong();
    }

    @Override
    public void sent() {
        close(() -> bookkeeper.done(passage));
    }

    @Override
    public void broke(ChatFailure failure) {
        close(() -> bookkeeper.failed(passage, failure));
    }

    @Override
    public void clientGone() {
        passage.cancellation.cancel();
        ChatFailure gone = ChatFailure.of(ChatFailure.Kind.CANCELLED, "The client closed the connection.");
        close(() -> bookkeeper.failed(passage, gone));
    }

    private void close(Runnable booking) {
        if (!closed) {
            closed = true;
            booking.run();
        }
    }
}
