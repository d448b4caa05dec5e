package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Relays lines of JSON: each names the model as we do; figures and reason of the last are noted; an error line, or the lack of one with
 * {@code "done":true}, is noticed. An answer that is not streamed is one document, perhaps of several lines. Not thread-safe.
 */
final class LineTap implements RelayTap {
    private final Shape shape;
    private final AnswerHead head;
    private final boolean stream;
    private final LineReader reader = new LineReader(this::line);
    private final Buffer whole = Buffer.buffer();
    private Buffer out = Buffer.buffer();
    private Usage usage = Usage.NONE;
    private String reason = "";
    private long textChars;
    private boolean done;
    private @Nullable ChatFailure failure;

    LineTap(Shape shape, AnswerHead head, boolean stream) {
        this.shape = shape;
        this.head = head;
        this.stream = stream;
    }

    /** Lines before an error leave first; the error is thrown with the next call. */
    @Override
    public Buffer pass(Buffer read) {
        if (!stream) {
            whole.appendBuffer(read);
            return Buffer.buffer();
        }
        try {
            reader.feed(read.getBytes());
        } catch (ChatFailure malformed) {
            failure = malformed;
        }
        return taken();
    }

    @Override
    public Buffer end() {
        if (stream) {
            reader.end();
        } else if (whole.length() > 0) {
            byte[] bytes = whole.getBytes();
            line(bytes, 0, bytes.length);
        }
        if (!done && failure == null) {
            failure = AnswerFailure.cut();
        }
        if (failure != null) {
            throw failure;
        }
        return taken();
    }

    /** What there is to forward; the failure only when nothing stands before it. */
    private Buffer taken() {
        if (failure != null && out.length() == 0) {
            throw failure;
        }
        Buffer taken = out;
        out = Buffer.buffer();
        return taken;
    }

    private void line(byte[] bytes, int start, int end) {
        if (done || failure != null) {
            return;
        }
        JsonBody line = ScannedBody.of(Arrays.copyOfRange(bytes, start, end), Blame.BACKEND);
        JsonView view = JsonView.parse(bytes, start, end, Blame.BACKEND);
        if (view.has("error")) {
            failure = AnswerFailure.inStream(view);
            return;
        }
        note(view);
        JsonBody ours = line.with("model", Common.quoted(head.model()));
        if (done && Common.explains(head)) {
            ours = ours.with(Common.GATEWAY, head.explanation());
        }
        out.appendBytes(ours.toBytes());
        if (stream) {
            out.appendByte((byte) '\n');
        }
    }

    private void note(JsonView line) {
        textChars += switch (shape) {
            case CHAT ->
                line.get("message")
                        .map(message -> message.string("content", "").length())
                        .orElse(0);
            case GENERATE -> line.string("response", "").length();
        };
        done = line.flag("done");
        if (done) {
            reason = line.string("done_reason", "stop");
            usage = Usage.of(line.integer("prompt_eval_count", 0), line.integer("eval_count", 0));
        }
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    public String finishReason() {
        return reason;
    }

    @Override
    public String answerId() {
        return "";
    }

    @Override
    public long textChars() {
        return textChars;
    }
}
