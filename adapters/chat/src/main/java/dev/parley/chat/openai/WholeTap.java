package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;

/** Relays an answer that is one document: it leaves when it is whole, because usage stands at its end. Not thread-safe. */
final class WholeTap implements RelayTap {
    /** No answer of text comes near; a backend gone mad must not fill the memory. */
    static final int MAX_BYTES = 64 << 20;

    private final AnswerWatch watch;
    private final Buffer read = Buffer.buffer();

    WholeTap(AnswerHead head) {
        watch = AnswerWatch.ofDocument(head);
    }

    @Override
    public Buffer pass(Buffer bytes) {
        collect(read, bytes);
        return Buffer.buffer();
    }

    static void collect(Buffer all, Buffer bytes) {
        if (all.length() + bytes.length() > MAX_BYTES) {
            throw ChatFailure.of(
                    ChatFailure.Kind.UPSTREAM_FAILED,
                    "The backend's answer is larger than " + (MAX_BYTES >> 20) + " MiB.");
        }
        all.appendBuffer(bytes);
    }

    @Override
    public Buffer end() {
        byte[] bytes = read.getBytes();
        watch.read(bytes, 0, bytes.length);
        if (!watch.answered()) {
            throw UpstreamErrors.cut();
        }
        SseWriter out = new SseWriter(bytes.length + 64);
        watch.write(bytes, 0, bytes.length, out);
        return out.take();
    }

    @Override
    public Usage usage() {
        return watch.usage();
    }

    @Override
    public String finishReason() {
        return watch.finishReason();
    }

    @Override
    public long textChars() {
        return watch.textChars();
    }
}
