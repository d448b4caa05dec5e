package dev.parley.chat.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored")
class UpgradeHoldTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static Http2ConnectionHandler http2() {
        return new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(new Http2FrameAdapter())
                .build();
    }

    /** The pipeline as Vert.x has it when it tells of the connection. */
    private void upgrade() {
        channel.pipeline().addLast("h2c", new SimpleChannelInboundHandler<ByteBuf>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, ByteBuf bodyOfTheRequest) {}
        });
        channel.write(bytes("101"));
        channel.pipeline().addLast(http2()); // writes its settings
        UpgradeHold.join(channel);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    private String sent() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.append(part.toString(US_ASCII));
            part.release();
        }
        return all.toString();
    }

    @Test
    void anAnswerWaitsForTheClientsFrames() {
        upgrade();
        assertThat(sent()).as("and the settings").startsWith("101").hasSizeGreaterThanOrEqualTo("101".length() + 9);
        channel.writeAndFlush(bytes("answer"));
        assertThat(sent()).isEmpty();
        channel.writeInbound(bytes("rest of the request"));
        assertThat(sent()).as("not frames yet").isEmpty();
        channel.pipeline().remove("h2c");
        ByteBuf frames = Http2CodecUtil.connectionPrefaceBuf();
        channel.writeInbound(frames.copy());
        assertThat(sent()).as("settings belong to it").isEmpty();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}));
        assertThat(sent()).startsWith("answer");
        assertThat(channel.pipeline().get(UpgradeHold.class)).isNull();
    }

    @Test
    void aCloseSendsWhatWaits() {
        upgrade();
        sent();
        channel.write(bytes("answer"));
        channel.pipeline().context("h2c").close();
        assertThat(sent()).contains("answer");
    }

    @Test
    void otherConnectionsAreLeftAlone() {
        channel.pipeline().addLast("h2c", new ChannelInboundHandlerAdapter());
        UpgradeHold.join(channel);
        channel.pipeline().remove("h2c");
        channel.pipeline().addLast(http2());
        UpgradeHold.join(channel);
        assertThat(channel.pipeline().get(UpgradeHold.class)).isNull();
    }
}
