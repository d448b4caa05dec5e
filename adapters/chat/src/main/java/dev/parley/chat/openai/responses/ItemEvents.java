package dev.parley.chat.openai.responses;

import dev.parley.chat.ChatEvent.TokenLogprob;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseWriter;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Writes the events of a response's items, each with its number. Not thread-safe. */
final class ItemEvents {
    private final SseWriter frames;
    private int sequence;

    ItemEvents(SseWriter frames) {
        this.frames = frames;
    }

    int sequence() {
        return sequence;
    }

    Buffer take() {
        return frames.take();
    }

    /** Begins an event's object; {@link #close} ends it. */
    JsonOut open(String type) {
        return new JsonOut().object().member("type", type).member("sequence_number", sequence++);
    }

    void close(String type, JsonOut event) {
        frames.event(type).data(event.endObject().bytes());
    }

    private JsonOut of(String type, OutputItem item) {
        return open(type).member("item_id", item.id).member("output_index", item.index);
    }

    void added(OutputItem item) {
        String type = "response.output_item.added";
        JsonOut out = open(type).member("output_index", item.index).name("item");
        item.writeEmpty(out);
        close(type, out);
    }

    /** Ends an item with all its parts. */
    void done(OutputItem item) {
        switch (item.kind) {
            case REASONING -> summaryDone(item);
            case MESSAGE -> contentDone(item);
            case CALL -> argumentsDone(item);
        }
        String type = "response.output_item.done";
        JsonOut out = open(type).member("output_index", item.index).name("item");
        item.write(out, "completed");
        close(type, out);
    }

    void summaryAdded(OutputItem item) {
        String type = "response.reasoning_summary_part.added";
        JsonOut out = of(type, item).member("summary_index", 0).object("part");
        close(type, out.member("type", "summary_text").member("text", "").endObject());
    }

    void summaryDelta(OutputItem item, String text) {
        String type = "response.reasoning_summary_text.delta";
        close(type, of(type, item).member("summary_index", 0).member("delta", text));
    }

    private void summaryDone(OutputItem item) {
        if (item.contents.isEmpty()) {
            return;
        }
        String text = "response.reasoning_summary_text.done";
        close(text, of(text, item).member("summary_index", 0).member("text", item.text()));
        String part = "response.reasoning_summary_part.done";
        JsonOut out = of(part, item).member("summary_index", 0).name("part");
        item.summary(out);
        close(part, out);
    }

    private JsonOut ofContent(String type, OutputItem item) {
        return of(type, item).member("content_index", item.contents.size() - 1);
    }

    void contentAdded(OutputItem item) {
        String type = "response.content_part.added";
        JsonOut out = ofContent(type, item).name("part");
        new OutputItem.Content(item.contents.getLast().refusal).write(out);
        close(type, out);
    }

    void contentDelta(OutputItem item, String text, List<TokenLogprob> logprobs) {
        boolean refusal = item.contents.getLast().refusal;
        String type = refusal ? "response.refusal.delta" : "response.output_text.delta";
        JsonOut out = ofContent(type, item).member("delta", text);
        if (!refusal) {
            OutputItem.logprobs(logprobs, out);
        }
        close(type, out);
    }

    /** Ends the last part of a message. */
    void contentDone(OutputItem item) {
        OutputItem.Content content = item.contents.getLast();
        String type = content.refusal ? "response.refusal.done" : "response.output_text.done";
        JsonOut out = ofContent(type, item).member(content.refusal ? "refusal" : "text", content.text.toString());
        if (!content.refusal) {
            OutputItem.logprobs(content.logprobs, out);
        }
        close(type, out);
        String part = "response.content_part.done";
        JsonOut done = ofContent(part, item).name("part");
        content.write(done);
        close(part, done);
    }

    void argumentsDelta(OutputItem item, String json) {
        String type = "response.function_call_arguments.delta";
        close(type, of(type, item).member("delta", json));
    }

    private void argumentsDone(OutputItem item) {
        String type = "response.function_call_arguments.done";
        close(type, of(type, item).member("name", item.name).member("arguments", item.arguments()));
    }
}
