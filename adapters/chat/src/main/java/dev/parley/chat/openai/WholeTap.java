package dev.parley.chat.openai;

import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.backend.HeapBuffers;
import dev.parley.chat.backend.WholeBody;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;

/** Relays an answer that is one document: it leaves when it is whole, because usage stands at its end. Not thread-safe. */
final class WholeTap implements RelayTap {
    private final AnswerWatch watch;
    private final WholeBody read = new WholeBody();

    WholeTap(AnswerHead head) {
        watch = AnswerWatch.ofDocument(head);
    }

    @Override
    public Buffer pass(Buffer bytes) {
        read.add(bytes);
        return WholeBody.NOTHING;
    }

    @Override
    public Buffer end() {
        byte[] bytes = read.bytes();
        watch.read(bytes, 0, bytes.length);
        if (!watch.answered()) {
            throw UpstreamErrors.cut();
        }
        return HeapBuffers.of(watch.edited(bytes));
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
    public String answerId() {
        return watch.answerId();
    }

    @Override
    public long textChars() {
        return watch.textChars();
    }
}
