package dev.parley.chat.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored")
class GatheredFlushTest {
    private final List<String> flushed = new ArrayList<>();
    private final EmbeddedChannel first = channel("first");
    private final EmbeddedChannel second = channel("second");

    private EmbeddedChannel channel(String name) {
        EmbeddedChannel channel = new EmbeddedChannel();
        GatheredFlush.join(channel);
        // Nearer to the network than the gate: hears what comes through it.
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                flushed.add(name);
                context.flush();
            }
        });
        return channel;
    }

    @AfterEach
    void close() {
        first.finishAndReleaseAll();
        second.finishAndReleaseAll();
    }

    /** Runs events of one poll on the loop, then the tasks they left; what was flushed while they ran. */
    private List<String> poll(EmbeddedChannel loop, Runnable events) {
        List<String> meanwhile = new ArrayList<>();
        loop.eventLoop().execute(() -> {
            events.run();
            meanwhile.addAll(flushed);
            flushed.clear();
        });
        loop.runPendingTasks();
        return meanwhile;
    }

    @Test
    void whatALoopWritesIsSentAfterItsEvents() {
        assertThat(poll(first, () -> {
                    first.pipeline().writeAndFlush("a");
                    second.pipeline().writeAndFlush("b");
                    first.pipeline().flush();
                }))
                .isEmpty();
        assertThat(flushed).containsExactly("first", "second");
        assertThat(first.outboundMessages()).containsExactly("a");
        assertThat(second.outboundMessages()).containsExactly("b");
    }

    @Test
    void eachPollIsSentForItself() {
        poll(first, () -> first.pipeline().writeAndFlush("a"));
        assertThat(first.outboundMessages()).containsExactly("a");
        assertThat(poll(first, () -> first.pipeline().writeAndFlush("b"))).containsExactly("first");
        assertThat(flushed).containsExactly("first");
        assertThat(first.outboundMessages()).containsExactly("a", "b");
    }

    @Test
    void whatIsWrittenUponAFlushIsSentNext() {
        first.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                context.flush();
                second.pipeline().writeAndFlush("upon it");
            }
        });
        poll(first, () -> first.pipeline().writeAndFlush("a"));
        second.runPendingTasks();
        assertThat(first.outboundMessages()).containsExactly("a");
        assertThat(second.outboundMessages()).containsExactly("upon it");
    }

    @Test
    void aCloseSendsWhatWaits() {
        assertThat(poll(first, () -> {
                    first.pipeline().writeAndFlush("last words");
                    first.pipeline().close();
                }))
                .containsExactly("first");
        assertThat(first.outboundMessages()).containsExactly("last words");
        assertThat(flushed).isEmpty();
    }
}
