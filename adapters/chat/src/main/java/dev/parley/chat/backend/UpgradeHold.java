package dev.parley.chat.backend;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;

/**
 * Lets a client that asked for HTTP/2 by an {@code Upgrade} header change over before it gets an answer: after {@code 101 Switching
 * Protocols} and the settings nothing is sent until the client's first frames are here (RFC 7540 section 3.2: it must send them upon
 * the 101). The JDK's {@code HttpClient}, which asks so by default, loses its place in an answer of more than 16 KiB that comes along
 * with the 101: it hangs or fails with a protocol error, in one of ten calls of JDK 25. For one connection, on its event loop.
 */
final class UpgradeHold extends ChannelDuplexHandler {
    /** Vert.x's handler of the request that asked; it leaves at the end of that request's body. */
    private static final String UPGRADING = "h2c";

    private final Http2ConnectionDecoder client;
    private boolean waiting;

    private UpgradeHold(Http2ConnectionDecoder client) {
        this.client = client;
    }

    /** Does nothing but while a connection is upgraded: the 101 and the settings are written then, the answer is not. */
    static void join(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        Http2ConnectionHandler frames = pipeline.get(Http2ConnectionHandler.class);
        if (frames != null && pipeline.get(UPGRADING) != null) {
            pipeline.addFirst(new UpgradeHold(frames.decoder()));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        waiting = true;
    }

    /** The first frames may come together with the end of the request's body, and nothing more after them. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        context.fireChannelRead(message);
        if (client.prefaceReceived() && !context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
        context.flush();
        super.close(context, promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (waiting) {
            context.flush();
        }
    }
}
