package dev.parley.chat.anthropic;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.json.ScannedBody;
import dev.parley.chat.sse.SseReader;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Relays a stream of events: the model's name is ours, usage and stop reason are noted, an error or a missing {@code message_stop} is
 * noticed. Deltas, nearly all of a stream, are copied unread. Not thread-safe.
 */
final class StreamTap implements RelayTap {
    private static final byte[] TEXT = "\"text\":".getBytes(StandardCharsets.US_ASCII);

    private final AnswerHead head;
    private final SseWriter out = new SseWriter(4096);
    private final SseReader reader = new SseReader(this::event);
    private final UsageCount usage = new UsageCount();
    private String stopReason = "";
    private String answerId = "";
    private long textChars;
    private boolean stopped;
    private @Nullable ChatFailure failure;

    StreamTap(AnswerHead head) {
        this.head = head;
    }

    /** Frames before an error leave first; the error is thrown with the next call. */
    @Override
    public Buffer pass(Buffer read) {
        try {
            reader.feed(read.getBytes());
        } catch (ChatFailure malformed) {
            failure = malformed;
        }
        return taken();
    }

    @Override
    public Buffer end() {
        reader.end();
        if (!stopped && failure == null) {
            failure = AnswerFailure.cut();
        }
        if (failure != null) {
            throw failure;
        }
        return taken();
    }

    /** What there is to forward; the failure only when nothing stands before it. */
    private Buffer taken() {
        if (failure != null && out.isEmpty()) {
            throw failure;
        }
        return out.take();
    }

    private void event(String name, byte[] bytes, int start, int end) {
        if (stopped || failure != null) {
            return;
        }
        String type = name.isEmpty()
                ? JsonView.parse(bytes, start, end, Blame.BACKEND).string("type", "")
                : name;
        switch (type) {
            case "content_block_delta" -> {
                textChars += textLength(bytes, start, end);
                copy(type, bytes, start, end);
            }
            case "message_start" -> frame(type, started(bytes, start, end));
            case "message_delta" -> frame(type, delta(bytes, start, end));
            case "error" -> failure = AnswerFailure.inStream(JsonView.parse(bytes, start, end, Blame.BACKEND));
            default -> {
                stopped = type.equals("message_stop");
                copy(type, bytes, start, end);
            }
        }
    }

    private byte[] started(byte[] bytes, int start, int end) {
        JsonBody event = ScannedBody.of(Arrays.copyOfRange(bytes, start, end), Blame.BACKEND);
        return event.member("message")
                .map(message -> {
                    JsonBody body = ScannedBody.of(message.text().getBytes(StandardCharsets.UTF_8), Blame.BACKEND);
                    JsonView view = JsonView.answer(body.toBytes());
                    view.get("usage").ifPresent(usage::read);
                    answerId = view.string("id", "");
                    JsonBody ours = body.with("model", AnthropicServer.quoted(head.model()));
                    return event.with("message", WholeTap.raw(ours)).toBytes();
                })
                .orElseThrow(() -> Blame.BACKEND.fault("message", "message_start without a message"));
    }

    private byte[] delta(byte[] bytes, int start, int end) {
        JsonView view = JsonView.parse(bytes, start, end, Blame.BACKEND);
        view.get("usage").ifPresent(usage::read);
        view.get("delta").ifPresent(delta -> stopReason = delta.string("stop_reason", stopReason));
        byte[] event = Arrays.copyOfRange(bytes, start, end);
        return AnthropicServer.explains(head)
                ? ScannedBody.of(event, Blame.BACKEND)
                        .with(AnthropicServer.GATEWAY, head.explanation())
                        .toBytes()
                : event;
    }

    private void frame(String type, byte[] json) {
        copy(type, json, 0, json.length);
    }

    /** Data of several lines keeps them: each becomes a line of its own. */
    private void copy(String type, byte[] bytes, int start, int end) {
        out.event(type).open();
        int from = start;
        for (int i = start; i < end; i++) {
            if (bytes[i] == '\n') {
                out.add(bytes, from, i + 1).open();
                from = i + 1;
            }
        }
        out.add(bytes, from, end).close();
    }

    /** Bytes of the delta's text, near enough for an estimate; 0 if the delta is no text. */
    private static int textLength(byte[] bytes, int start, int end) {
        for (int i = start; i + TEXT.length < end; i++) {
            if (bytes[i] == '"' && Arrays.equals(bytes, i, i + TEXT.length, TEXT, 0, TEXT.length)) {
                return Math.max(0, end - i - TEXT.length - "\"\"}}".length());
            }
        }
        return 0;
    }

    @Override
    public Usage usage() {
        return usage.seen() ? usage.usage() : Usage.NONE;
    }

    @Override
    public String finishReason() {
        return stopReason;
    }

    @Override
    public String answerId() {
        return answerId;
    }

    @Override
    public long textChars() {
        return textChars;
    }
}
