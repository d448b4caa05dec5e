package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.TokenEstimate;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseReader;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.ModelCard;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Relays a stream of chunks in our one dialect of server-sent events: one buffer out for each buffer in, nothing held back but a frame
 * that is not whole yet. Frames before a fault leave first; the fault is thrown with the next call. Not thread-safe.
 */
public final class StreamTap implements RelayTap {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final int CHARS_PER_TOKEN = ModelCard.USUAL_CHARS_PER_TOKEN;

    private final ChatRequest request;
    private final AnswerHead head;
    private final boolean includeUsage;
    private final String object;
    private final AnswerWatch watch;
    private final SseWriter out = new SseWriter(4096);
    private final SseReader reader = new SseReader(new Frames());
    private boolean done;
    private @Nullable ChatFailure failure;

    /**
     * @param object what a chunk calls itself
     */
    StreamTap(ChatRequest request, AnswerHead head, String object) {
        this.request = request;
        this.head = head;
        this.object = object;
        this.includeUsage = RelayEdit.includeUsage(request);
        this.watch = AnswerWatch.ofStream(head, includeUsage);
    }

    @Override
    public Buffer pass(Buffer read) {
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
        reader.end();
        if (!done && failure == null) {
            finish();
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

    /** A stream without a finish reason is cut, end mark or not. */
    private void finish() {
        if (!watch.whole()) {
            failure = UpstreamErrors.cut();
            return;
        }
        done = true;
        if (includeUsage && watch.usage().equals(Usage.NONE)) {
            estimate();
        }
        out.done();
    }

    /** The client asked for usage and the backend gave none. */
    private void estimate() {
        long output = (watch.textChars() + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
        JsonOut chunk = new JsonOut()
                .object()
                .member("id", head.id())
                .member("object", object)
                .member("created", head.createdEpochSecond())
                .member("model", head.model())
                .array("choices")
                .endArray();
        Wire.usage(Usage.of(TokenEstimate.of(request.conversation()), output), chunk);
        Wire.explain(head.explanation(), chunk);
        out.data(chunk.endObject().bytes());
    }

    private final class Frames implements SseReader.Sink {
        @Override
        public void event(String name, byte[] bytes, int start, int end) {
            if (done || failure != null || start == end) {
                return;
            }
            if (Arrays.equals(bytes, start, end, DONE, 0, DONE.length)) {
                finish();
                return;
            }
            try {
                if (name.equals("error")) {
                    throw UpstreamErrors.inAnswer(bytes, start, end);
                }
                document(bytes, start, end);
            } catch (ChatFailure fault) {
                failure = fault;
            }
        }

        private void document(byte[] bytes, int start, int end) {
            byte[] line = oneLine(bytes, start, end);
            if (watch.read(line, start, end)) {
                out.open();
                watch.write(line, start, end, out);
                out.close();
            }
        }

        @Override
        public void comment() {
            if (!done) {
                out.heartbeat();
            }
        }
    }

    /** JSON over several data lines: a line break between its tokens means no more than a space. */
    @SuppressWarnings("ReferenceEquality") // copied once, when first needed
    public static byte[] oneLine(byte[] bytes, int start, int end) {
        byte[] line = bytes;
        for (int i = start; i < end; i++) {
            if (bytes[i] == '\n') {
                line = line == bytes ? Arrays.copyOf(bytes, end) : line;
                line[i] = ' ';
            }
        }
        return line;
    }
}
