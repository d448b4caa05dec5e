package dev.parley.gateway.http;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Protocol;
import dev.parley.gateway.pipeline.front.Exchange;
import dev.parley.gateway.pipeline.front.FrontDesk;
import dev.parley.gateway.pipeline.front.Inbound;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.gateway.pipeline.front.SideCall;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** A desk for tests of the transport alone: replies as told, and notes what the transport reports. */
final class TestDesk implements FrontDesk {
    final BlockingQueue<String> notes;
    private final Consumer<String> gone;
    private final Function<Inbound, Future<Reply>> replies;

    TestDesk(BlockingQueue<String> notes, Consumer<String> gone, Function<Inbound, Future<Reply>> replies) {
        this.notes = notes;
        this.gone = gone;
        this.replies = replies;
    }

    static BlockingQueue<String> notes() {
        return new LinkedBlockingQueue<>();
    }

    /** Waits for this note and drops those before it; false if it does not come. */
    static boolean noted(BlockingQueue<String> notes, String note) throws InterruptedException {
        String next;
        do {
            next = notes.poll(5, TimeUnit.SECONDS);
        } while (next != null && !next.equals(note));
        return next != null;
    }

    static Reply.Whole json(int status, String body) {
        return new Reply.Whole(status, Map.of(), "application/json", Buffer.buffer(body));
    }

    @Override
    public Optional<Reply.Whole> refuse(Protocol shape, MultiMap headers, String requestId) {
        return "Bearer wrong".equals(headers.get("authorization"))
                ? Optional.of(failure(shape, ChatFailure.of(ChatFailure.Kind.UNAUTHENTICATED, "wrong key"), requestId))
                : Optional.empty();
    }

    @Override
    public Exchange begin(Inbound inbound) {
        Future<Reply> reply = replies.apply(inbound);
        return new Exchange() {
            @Override
            public Future<Reply> reply() {
                return reply;
            }

            @Override
            public void firstByteSent() {
                notes.add("first");
            }

            @Override
            public void sent() {
                notes.add("sent");
            }

            @Override
            public void broke(ChatFailure failure) {
                notes.add("broke " + failure.kind());
            }

            @Override
            public void clientGone() {
                gone.accept(inbound.requestId());
                notes.add("gone");
            }
        };
    }

    @Override
    public Future<Reply.Whole> answer(SideCall call) {
        return Future.succeededFuture(json(
                200,
                "{\"kind\":\"" + call.kind() + "\",\"id\":\"" + call.id() + "\",\"bytes\":" + call.body().length
                        + "}"));
    }

    @Override
    public Reply.Whole failure(Protocol shape, ChatFailure failure, String requestId) {
        int status = switch (failure.kind()) {
            case UNAUTHENTICATED -> 401;
            case UNKNOWN_URL -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case TOO_LARGE -> 413;
            case UPSTREAM_FAILED -> 502;
            case UPSTREAM_TIMEOUT -> 504;
            default -> 400;
        };
        return json(status, "{\"shape\":\"" + shape + "\",\"kind\":\"" + failure.kind() + "\"}");
    }
}
