package dev.parley.chat.backend;

import dev.parley.chat.JsonBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * Buffers over arrays that exist already. {@code Buffer.buffer(byte[])} copies; these do not, so the arrays must not change. Never
 * pooled: a pooled buffer given to a Vert.x request is never released.
 */
public final class HeapBuffers {
    private static final int WORTH_COPYING = 32 * 1024;

    private HeapBuffers() {}

    /** The array itself as a buffer. */
    public static Buffer of(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** The body's slices as buffers, nothing copied; those of a short body as one, since each part of a write costs more than its copy. */
    public static List<Buffer> of(JsonBody body) {
        List<JsonBody.Slice> slices = body.slices();
        if (slices.size() > 1 && length(slices) <= WORTH_COPYING) {
            return List.of(of(JsonBody.Slice.joined(slices)));
        }
        List<Buffer> buffers = new ArrayList<>(slices.size());
        for (JsonBody.Slice slice : slices) {
            buffers.add(BufferInternal.buffer(Unpooled.wrappedBuffer(slice.bytes(), slice.offset(), slice.length())));
        }
        return buffers;
    }

    private static int length(List<JsonBody.Slice> slices) {
        int length = 0;
        for (JsonBody.Slice slice : slices) {
            length += slice.length();
        }
        return length;
    }

    /** The buffers as one, nothing copied: one write instead of several. */
    public static Buffer join(List<Buffer> buffers) {
        if (buffers.size() == 1) {
            return buffers.getFirst();
        }
        ByteBuf[] parts = new ByteBuf[buffers.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = ((BufferInternal) buffers.get(i)).getByteBuf();
        }
        return BufferInternal.buffer(Unpooled.wrappedBuffer(parts.length, parts));
    }

    /** The bytes as an array: the buffer's own if it is exactly that, else a copy. Not to be changed. */
    public static byte[] bytes(Buffer buffer) {
        ByteBuf buf = ((BufferInternal) buffer).getByteBuf();
        if (buf.hasArray() && buf.arrayOffset() + buf.readerIndex() == 0 && buf.array().length == buf.readableBytes()) {
            return buf.array();
        }
        return buffer.getBytes();
    }
}
