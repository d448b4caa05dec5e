package dev.parley.chat.anthropic;

import dev.parley.chat.AnswerEstimate;
import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ClientDialect.AnswerDecoder;
import dev.parley.chat.json.JsonView;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Reads an answer that is not streamed; its events come at the end. Not thread-safe. */
final class WholeDecoder implements AnswerDecoder {
    private final AnswerEstimate estimate;
    private final long now;
    private final Buffer read = Buffer.buffer();
    private int calls;

    WholeDecoder(BackendCall call, long now) {
        this.estimate = new AnswerEstimate(call.request());
        this.now = now;
    }

    @Override
    public void feed(Buffer bytes, Consumer<ChatEvent> events) {
        read.appendBuffer(bytes);
    }

    @Override
    public void end(Consumer<ChatEvent> sink) {
        if (read.length() == 0) {
            throw AnswerFailure.cut();
        }
        JsonView message = JsonView.answer(read.getBytes());
        if (message.string("type", "").equals("error")) {
            throw AnswerFailure.inStream(message);
        }
        Consumer<ChatEvent> events = estimate.watch(sink);
        events.accept(new ChatEvent.Started(message.string("id", ""), message.string("model", ""), now));
        message.need("content").items().forEach(block -> block(block, events));
        events.accept(new ChatEvent.Finished(
                0, StopReasons.read(message.string("stop_reason", "")), message.string("stop_sequence", "")));
        UsageCount usage = new UsageCount();
        message.get("usage").ifPresent(usage::read);
        events.accept(new ChatEvent.UsageReported(usage.seen() ? usage.usage() : estimate.usage()));
    }

    private void block(JsonView block, Consumer<ChatEvent> events) {
        switch (block.string("type", "")) {
            case "text" -> {
                String text = block.string("text", "");
                if (!text.isEmpty()) {
                    events.accept(new ChatEvent.TextDelta(0, text));
                }
            }
            case "thinking" -> {
                events.accept(new ChatEvent.ReasoningDelta(0, block.string("thinking", "")));
                String signature = block.string("signature", "");
                if (!signature.isEmpty()) {
                    events.accept(new ChatEvent.ReasoningSignature(0, signature));
                }
            }
            case "tool_use" -> {
                int call = calls++;
                events.accept(new ChatEvent.ToolCallStarted(
                        0, call, block.need("id").string(), block.need("name").string()));
                String input = block.get("input").map(JsonView::toString).orElse("{}");
                events.accept(new ChatEvent.ToolCallArguments(0, call, input));
            }
            default -> {}
        }
    }
}
