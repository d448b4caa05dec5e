package dev.parley.gateway.http;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.gateway.pipeline.front.Reply;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Encodes events as they come; asks for more only while the client keeps up. */
final class StreamedWriter implements ReplyWriter, Flow.Subscriber<ChatEvent>, Outbox.Source {
    private static final int WINDOW = 64;

    private final Reply.Streamed reply;
    private final ClientCall call;
    private final Outbox outbox;
    private Flow.@Nullable Subscription subscription;
    private int asked;
    private boolean over;

    StreamedWriter(Reply.Streamed reply, ClientCall call) {
        this.reply = reply;
        this.call = call;
        this.outbox = call.outbox(this, true);
    }

    @Override
    public void start() {
        String contentType = reply.encoder().streamContentType();
        call.head(reply.headers(), contentType);
        call.streamHead(contentType, outbox);
        outbox.open();
        reply.events().subscribe(this);
    }

    @Override
    public void cancel() {
        over = true;
        outbox.drop();
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (over) {
            given.cancel();
            return;
        }
        subscription = given;
        room();
    }

    @Override
    public void onNext(ChatEvent event) {
        asked--;
        if (over) {
            return;
        }
        Buffer bytes;
        try {
            bytes = reply.encoder().encode(event);
        } catch (RuntimeException e) {
            cancelSource();
            onError(e);
            return;
        }
        outbox.add(bytes);
        if (bytes.length() == 0 && asked == 0) {
            room();
        }
    }

    private void cancelSource() {
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onError(Throwable fault) {
        if (over) {
            return;
        }
        over = true;
        ChatFailure failure = ClientCall.failure(fault);
        call.broken(outbox, failure, () -> reply.encoder().broken(failure, call.id()));
    }

    @Override
    public void onComplete() {
        if (over) {
            return;
        }
        Buffer last;
        try {
            last = reply.encoder().end();
        } catch (RuntimeException e) {
            onError(e);
            return;
        }
        over = true;
        call.ended(outbox.end(last));
    }

    @Override
    public void full() {}

    @Override
    public void room() {
        if (!over && subscription != null && asked < WINDOW / 2) {
            int more = WINDOW - asked;
            asked = WINDOW;
            subscription.request(more);
        }
    }

    @Override
    public void begun() {
        call.begun();
    }
}
