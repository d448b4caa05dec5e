package dev.parley.chat.backend;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends what an event loop has written to all its connections once it has handled everything that came in with one poll, in one go: the
 * peers are woken once and not for each write, which is a quarter of a relayed request's CPU under load. Nothing waits for time or for
 * more to come; a loop that handles a single event sends right after it. One for each event loop, used on that loop alone.
 */
public final class GatheredFlush implements Runnable {
    private static final FastThreadLocal<GatheredFlush> OF_THIS_LOOP = new FastThreadLocal<>() {
        @Override
        protected GatheredFlush initialValue() {
            return new GatheredFlush();
        }
    };

    private List<ChannelHandlerContext> due = new ArrayList<>();
    private List<ChannelHandlerContext> spare = new ArrayList<>();

    private GatheredFlush() {}

    /**
     * From now on the connection's writes are sent with the others of its loop, on which this must be called; the first answer of one
     * that is just upgraded to HTTP/2 waits for its client to have changed over.
     */
    public static void join(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            join(base.channel());
            UpgradeHold.join(base.channel());
        }
    }

    static void join(Channel channel) {
        channel.pipeline().addFirst(OF_THIS_LOOP.get().new Gate());
    }

    /** The task that the first write queues behind the events of the poll. */
    @Override
    public void run() {
        List<ChannelHandlerContext> now = due;
        due = spare; // a flush may free room, upon which more is written
        spare = now;
        for (ChannelHandlerContext connection : now) {
            ((Gate) connection.handler()).open(connection);
        }
        now.clear();
    }

    /** Nearest to the network, so that encrypted bytes wait as well. */
    private final class Gate extends ChannelOutboundHandlerAdapter {
        private boolean waiting;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (waiting) {
                return;
            }
            waiting = true;
            if (due.isEmpty()) {
                context.executor().execute(GatheredFlush.this);
            }
            due.add(context);
        }

        /** What was written before the end is still sent, even if Vert.x closes before it would have flushed: it waits for a read's end. */
        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
            waiting = false;
            context.flush();
            super.close(context, promise);
        }

        void open(ChannelHandlerContext context) {
            if (waiting) {
                waiting = false;
                context.flush();
            }
        }
    }
}
