package dev.parley.chat.openai.responses;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.backend.WholeBody;
import dev.parley.chat.openai.StreamTap;
import dev.parley.chat.openai.UpstreamErrors;
import dev.parley.chat.sse.SseReader;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Relays a responses answer, streamed or whole; a stream is whole when its last response object says so. Not thread-safe. */
final class ResponsesTap implements RelayTap {
    private final boolean stream;
    private final ResponsesWatch watch;
    private final SseWriter out = new SseWriter(4096);
    private final SseReader reader = new SseReader(new Frames());
    private final WholeBody document = new WholeBody();
    private @Nullable ChatFailure failure;

    ResponsesTap(AnswerHead head, boolean stream) {
        this.stream = stream;
        this.watch = new ResponsesWatch(head);
    }

    @Override
    public Buffer pass(Buffer read) {
        if (!stream) {
            document.add(read);
            return WholeBody.NOTHING;
        }
        try {
            reader.feed(read.getBytes());
        } catch (ChatFailure tooLarge) {
            failure = tooLarge;
        }
        if (failure != null && out.isEmpty()) {
            throw failure;
        }
        return out.take();
    }

    @Override
    public Buffer end() {
        if (stream) {
            reader.end();
        } else {
            byte[] bytes = document.bytes();
            watch.document(bytes);
            watch.write(bytes, 0, bytes.length, out);
        }
        if (failure == null && !watch.ended()) {
            failure = UpstreamErrors.cut();
        }
        if (failure != null) {
            throw failure;
        }
        return out.take();
    }

    @Override
    public Usage usage() {
        return watch.usage();
    }

    @Override
    public String finishReason() {
        return watch.status();
    }

    @Override
    public String answerId() {
        return watch.answerId();
    }

    @Override
    public long textChars() {
        return watch.textChars();
    }

    private final class Frames implements SseReader.Sink {
        @Override
        public void event(String name, byte[] bytes, int start, int end) {
            boolean mark = end - start == "[DONE]".length() && bytes[start] == '[';
            if (failure != null || mark || start == end) {
                return;
            }
            try {
                byte[] line = StreamTap.oneLine(bytes, start, end);
                watch.event(line, start, end);
                if (!name.isEmpty()) {
                    out.event(name);
                }
                out.open();
                watch.write(line, start, end, out);
                out.close();
            } catch (ChatFailure fault) {
                failure = fault;
            }
        }

        @Override
        public void comment() {
            out.heartbeat();
        }
    }
}
