package dev.parley.chat.anthropic;

import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Relays an answer that is not streamed: one JSON document, forwarded when it is whole. Not thread-safe. */
final class WholeTap implements RelayTap {
    private final AnswerHead head;
    private final Buffer read = Buffer.buffer();
    private final UsageCount usage = new UsageCount();
    private String stopReason = "";
    private String answerId = "";
    private long textChars;

    WholeTap(AnswerHead head) {
        this.head = head;
    }

    @Override
    public Buffer pass(Buffer more) {
        read.appendBuffer(more);
        return Buffer.buffer();
    }

    @Override
    public Buffer end() {
        if (read.length() == 0) {
            throw AnswerFailure.cut();
        }
        JsonBody body = ScannedBody.of(read.getBytes(), Blame.BACKEND);
        JsonView view = JsonView.answer(body.toBytes());
        if (view.string("type", "").equals("error")) {
            throw AnswerFailure.inStream(view);
        }
        view.get("usage").ifPresent(usage::read);
        stopReason = view.string("stop_reason", "");
        answerId = view.string("id", "");
        for (JsonView block : view.items("content")) {
            textChars += block.string("text", "").length();
        }
        JsonBody ours = body.with("model", AnthropicServer.quoted(head.model()));
        if (AnthropicServer.explains(head)) {
            ours = ours.with(AnthropicServer.GATEWAY, head.explanation());
        }
        return Buffer.buffer(ours.toBytes());
    }

    static RawJson raw(JsonBody body) {
        return new RawJson(new String(body.toBytes(), StandardCharsets.UTF_8));
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
