package dev.parley.chat.ollama;

import dev.parley.chat.AnswerEstimate;
import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ClientDialect.AnswerDecoder;
import dev.parley.chat.FinishReason;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Consumer;

/** Reads an answer of {@code /api/chat}: lines of JSON, or one document if it is not streamed. Not thread-safe. */
final class LineDecoder implements AnswerDecoder {
    private final BackendCall call;
    private final long now;
    private final AnswerEstimate estimate;
    private final LineReader reader = new LineReader(this::line);
    private final Buffer whole = Buffer.buffer();
    private Consumer<ChatEvent> events = event -> {};
    private String id = "";
    private int calls;
    private boolean started;
    private boolean done;

    LineDecoder(BackendCall call, long now) {
        this.call = call;
        this.now = now;
        this.estimate = new AnswerEstimate(call.request());
    }

    @Override
    public void feed(Buffer bytes, Consumer<ChatEvent> sink) {
        events = estimate.watch(sink);
        if (call.stream()) {
            reader.feed(bytes.getBytes());
        } else {
            whole.appendBuffer(bytes);
        }
    }

    @Override
    public void end(Consumer<ChatEvent> sink) {
        events = estimate.watch(sink);
        if (call.stream()) {
            reader.end();
        } else if (whole.length() > 0) {
            line(whole.getBytes(), 0, whole.length());
        }
        if (!done) {
            throw AnswerFailure.cut();
        }
    }

    private void line(byte[] bytes, int start, int end) {
        if (done) {
            return;
        }
        JsonView line = JsonView.parse(bytes, start, end, Blame.BACKEND);
        if (line.has("error")) {
            throw AnswerFailure.inStream(line);
        }
        start(line);
        line.get("message").ifPresent(this::message);
        List<ChatEvent.TokenLogprob> logprobs = Logprobs.read(line);
        if (!logprobs.isEmpty()) {
            events.accept(new ChatEvent.Logprobs(0, logprobs));
        }
        if (line.flag("done")) {
            finish(line);
        }
    }

    /** Ollama gives no id: ours is made of what tells this answer from others, so that the same bytes give the same id. */
    private void start(JsonView line) {
        if (started) {
            return;
        }
        started = true;
        String date = line.string("created_at", "");
        String model = line.string("model", "");
        id = Integer.toHexString((date + ' ' + model).hashCode());
        events.accept(new ChatEvent.Started("ollama-" + id, model, seconds(date)));
    }

    private long seconds(String date) {
        try {
            return OffsetDateTime.parse(date).toEpochSecond();
        } catch (DateTimeException unreadable) {
            return now;
        }
    }

    private void message(JsonView message) {
        String thinking = message.string("thinking", "");
        if (!thinking.isEmpty()) {
            events.accept(new ChatEvent.ReasoningDelta(0, thinking));
        }
        String text = message.string("content", "");
        if (!text.isEmpty()) {
            events.accept(new ChatEvent.TextDelta(0, text));
        }
        message.items("tool_calls").forEach(this::toolCall);
    }

    private void toolCall(JsonView view) {
        int number = calls++;
        JsonView function = view.need("function");
        String callId = view.string("id", "");
        String given = callId.isEmpty() ? "call_" + id + "_" + number : callId;
        String arguments = function.get("arguments")
                .map(value -> value.isString() ? value.string() : value.toString())
                .orElse("{}");
        events.accept(new ChatEvent.ToolCallStarted(
                0, number, given, function.need("name").string()));
        events.accept(new ChatEvent.ToolCallArguments(0, number, arguments));
    }

    private void finish(JsonView line) {
        done = true;
        boolean length = line.string("done_reason", "").equals("length");
        FinishReason reason = length ? FinishReason.LENGTH : calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        events.accept(new ChatEvent.Finished(0, reason, ""));
        events.accept(new ChatEvent.UsageReported(usage(line)));
    }

    /** Ollama leaves figures out that are 0, such as those of a prompt it still had in its cache. */
    private Usage usage(JsonView line) {
        long input = line.integer("prompt_eval_count", 0);
        long output = line.integer("eval_count", 0);
        boolean inputMissing = input == 0;
        boolean outputMissing = output == 0 && estimate.outputTokens() > 0;
        return new Usage(
                inputMissing ? estimate.inputTokens() : input,
                0,
                0,
                outputMissing ? estimate.outputTokens() : output,
                0,
                inputMissing || outputMissing);
    }
}
