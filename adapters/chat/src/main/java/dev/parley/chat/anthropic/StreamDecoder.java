package dev.parley.chat.anthropic;

import dev.parley.chat.AnswerEstimate;
import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ClientDialect.AnswerDecoder;
import dev.parley.chat.FinishReason;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.sse.SseReader;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads a stream of Messages events. Tool calls are numbered by appearance, not by block index, which also counts text and thinking;
 * pings, citations and server tools' blocks show nothing. Not thread-safe.
 */
final class StreamDecoder implements AnswerDecoder {
    private final SseReader reader = new SseReader(this::event);
    private final AnswerEstimate estimate;
    private final long now;
    private final UsageCount usage = new UsageCount();
    private final Map<Long, OpenCall> calls = new HashMap<>();
    private Consumer<ChatEvent> events = event -> {};
    private FinishReason reason = FinishReason.STOP;
    private String stopSequence = "";
    private int nextCall;
    private boolean started;
    private boolean stopped;

    /** A call whose block is open; {@code input} is what its start brought, used if no piece follows. */
    private static final class OpenCall {
        final int number;
        final String input;
        boolean pieces;

        OpenCall(int number, String input) {
            this.number = number;
            this.input = input;
        }
    }

    StreamDecoder(BackendCall call, long now) {
        this.estimate = new AnswerEstimate(call.request());
        this.now = now;
    }

    @Override
    public void feed(Buffer bytes, Consumer<ChatEvent> sink) {
        events = estimate.watch(sink);
        reader.feed(bytes.getBytes());
    }

    @Override
    public void end(Consumer<ChatEvent> sink) {
        events = estimate.watch(sink);
        reader.end();
        if (!stopped) {
            throw AnswerFailure.cut();
        }
    }

    private void event(String name, byte[] bytes, int start, int end) {
        if (stopped || name.equals("ping")) {
            return;
        }
        JsonView event = JsonView.parse(bytes, start, end, Blame.BACKEND);
        switch (event.string("type", name)) {
            case "message_start" -> started(event.need("message"));
            case "content_block_start" -> blockStart(event);
            case "content_block_delta" -> delta(event, event.need("delta"));
            case "content_block_stop" -> blockStop(event);
            case "message_delta" -> messageDelta(event);
            case "message_stop" -> stop();
            case "error" -> throw AnswerFailure.inStream(event);
            default -> {}
        }
    }

    private void started(JsonView message) {
        if (started) {
            return;
        }
        started = true;
        message.get("usage").ifPresent(usage::read);
        events.accept(new ChatEvent.Started(message.string("id", ""), message.string("model", ""), now));
    }

    private void blockStart(JsonView event) {
        JsonView block = event.need("content_block");
        switch (block.string("type", "")) {
            case "text" -> text(block.string("text", ""));
            case "thinking" -> thinking(block.string("thinking", ""));
            case "tool_use" -> {
                int number = nextCall++;
                String input = block.get("input").map(JsonView::toString).orElse("{}");
                calls.put(event.need("index").integer(), new OpenCall(number, input));
                events.accept(new ChatEvent.ToolCallStarted(
                        0, number, block.need("id").string(), block.need("name").string()));
            }
            default -> {}
        }
    }

    private void delta(JsonView event, JsonView delta) {
        switch (delta.string("type", "")) {
            case "text_delta" -> text(delta.string("text", ""));
            case "thinking_delta" -> thinking(delta.string("thinking", ""));
            case "signature_delta" -> {
                String signature = delta.string("signature", "");
                if (!signature.isEmpty()) {
                    events.accept(new ChatEvent.ReasoningSignature(0, signature));
                }
            }
            case "input_json_delta" -> arguments(event.need("index").integer(), delta.string("partial_json", ""));
            default -> {}
        }
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            events.accept(new ChatEvent.TextDelta(0, text));
        }
    }

    private void thinking(String text) {
        if (!text.isEmpty()) {
            events.accept(new ChatEvent.ReasoningDelta(0, text));
        }
    }

    private void arguments(long block, String piece) {
        OpenCall call = calls.get(block);
        if (call != null && !piece.isEmpty()) {
            call.pieces = true;
            events.accept(new ChatEvent.ToolCallArguments(0, call.number, piece));
        }
    }

    private void blockStop(JsonView event) {
        OpenCall call = calls.remove(event.need("index").integer());
        if (call != null && !call.pieces) {
            events.accept(new ChatEvent.ToolCallArguments(0, call.number, call.input));
        }
    }

    private void messageDelta(JsonView event) {
        event.get("usage").ifPresent(usage::read);
        event.get("delta").ifPresent(delta -> {
            delta.get("stop_reason").ifPresent(value -> reason = StopReasons.read(value.string()));
            stopSequence = delta.string("stop_sequence", stopSequence);
        });
    }

    private void stop() {
        stopped = true;
        events.accept(new ChatEvent.Finished(0, reason, stopSequence));
        events.accept(new ChatEvent.UsageReported(usage.seen() ? usage.usage() : estimate.usage()));
    }
}
