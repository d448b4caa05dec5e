package dev.parley.chat.backend;

import dev.parley.chat.ChatFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks an answer of a backend that compresses although {@code accept-encoding: identity} was sent. Rare, so it is no part of every
 * connection's pipeline. Belongs to one event loop.
 */
final class Inflater {
    private final EmbeddedChannel channel;
    private final String backend;

    private Inflater(ZlibWrapper wrapper, String backend) {
        this.channel = new EmbeddedChannel(ZlibCodecFactory.newZlibDecoder(wrapper, 0));
        this.backend = backend;
    }

    /** Null for a plain answer; throws {@link ChatFailure} UPSTREAM_FAILED for an encoding we cannot read. */
    static @Nullable Inflater of(@Nullable String contentEncoding, String backend) {
        if (contentEncoding == null) {
            return null;
        }
        return switch (contentEncoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> null;
            case "gzip", "x-gzip" -> new Inflater(ZlibWrapper.GZIP, backend);
            case "deflate", "x-deflate" -> new Inflater(ZlibWrapper.ZLIB_OR_NONE, backend);
            default ->
                throw ChatFailure.of(
                        ChatFailure.Kind.UPSTREAM_FAILED,
                        "Backend '" + backend + "' compresses with '" + contentEncoding
                                + "' although an uncompressed answer was asked for; turn that off there.");
        };
    }

    /** What the piece unpacks to, perhaps nothing yet; throws {@link ChatFailure} UPSTREAM_FAILED for damaged data. */
    Buffer inflate(Buffer piece) {
        Buffer all = Buffer.buffer();
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(piece.getBytes()));
        } catch (DecompressionException e) {
            throw ChatFailure.builder(
                            ChatFailure.Kind.UPSTREAM_FAILED, "Backend '" + backend + "' sent damaged compressed data.")
                    .cause(e)
                    .build();
        }
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            all.appendBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return all;
    }

    /** Releases what zlib holds. */
    void close() {
        try {
            channel.finishAndReleaseAll();
        } catch (DecompressionException e) {
            // Damage was told when it came, or the answer's reader finds its end missing; here it would hide that.
            channel.releaseInbound();
        }
    }
}
