package dev.parley.chat.ollama;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.FinishReason;
import dev.parley.chat.RawJson;
import dev.parley.chat.ServerDialect.AnswerEncoder;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Writes one answer as lines of JSON, the last with {@code "done":true} and the figures. Only the first choice is shown: the protocol
 * has no others. Not thread-safe.
 */
final class LineEncoder implements AnswerEncoder {
    private final Shape shape;
    private final AnswerHead head;
    private final LongSupplier nanoTime;
    private final long start;
    private final ToolCalls calls = new ToolCalls();
    private long firstPiece;
    private FinishReason reason = FinishReason.STOP;
    private Usage usage = Usage.NONE;
    private Optional<ExpertUse> experts = Optional.empty();

    LineEncoder(Shape shape, AnswerHead head, LongSupplier nanoTime, long start) {
        this.shape = shape;
        this.head = head;
        this.nanoTime = nanoTime;
        this.start = start;
        this.firstPiece = start;
    }

    @Override
    public String streamContentType() {
        return "application/x-ndjson";
    }

    @Override
    public Buffer encode(ChatEvent event) {
        return switch (event) {
            case ChatEvent.TextDelta e when e.choice() == 0 -> piece(Shape.Said.text(e.text()), e.text());
            case ChatEvent.RefusalDelta e when e.choice() == 0 -> piece(Shape.Said.text(e.text()), e.text());
            case ChatEvent.ReasoningDelta e when e.choice() == 0 -> piece(Shape.Said.thinking(e.text()), e.text());
            case ChatEvent.Logprobs e when e.choice() == 0 -> logprobs(e);
            case ChatEvent.ToolCallStarted e
            when e.choice() == 0 -> {
                calls.start(e.call(), e.id(), e.name());
                yield Buffer.buffer();
            }
            case ChatEvent.ToolCallArguments e
            when e.choice() == 0 -> {
                calls.add(e.call(), e.json());
                yield Buffer.buffer();
            }
            case ChatEvent.Finished e
            when e.choice() == 0 -> {
                reason = e.reason();
                yield toolCalls();
            }
            case ChatEvent.ExpertsReported e
            when e.choice() == 0 -> {
                experts = Optional.of(e.use());
                yield Buffer.buffer();
            }
            case ChatEvent.UsageReported e -> {
                usage = e.usage();
                yield Buffer.buffer();
            }
            default -> Buffer.buffer();
        };
    }

    private Buffer piece(Shape.Said said, String text) {
        return text.isEmpty() ? Buffer.buffer() : line(said, List.of());
    }

    /** Logprobs come behind their text: in a line that adds none. */
    private Buffer logprobs(ChatEvent.Logprobs logprobs) {
        return line(Shape.Said.NOTHING, logprobs.tokens());
    }

    private Buffer toolCalls() {
        List<RawJson> whole = calls.take();
        return whole.isEmpty() ? Buffer.buffer() : line(new Shape.Said("", "", whole), List.of());
    }

    private Buffer line(Shape.Said said, List<ChatEvent.TokenLogprob> tokens) {
        if (firstPiece == start) {
            firstPiece = nanoTime.getAsLong();
        }
        JsonOut out = Common.begin(head);
        shape.write(said, out);
        out.member("done", false);
        Logprobs.write(tokens, out);
        return line(out.endObject());
    }

    private static Buffer line(JsonOut json) {
        return Buffer.buffer(json.bytes()).appendByte((byte) '\n');
    }

    @Override
    public Buffer end() {
        JsonOut out = Common.begin(head);
        shape.write(Shape.Said.NOTHING, out);
        figures(reason, usage, out);
        return line(out.endObject());
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return ErrorShape.broken(failure);
    }

    @Override
    public Buffer whole(ChatAnswer answer) {
        JsonOut out = Common.begin(head);
        shape.write(Shape.Said.of(answer), out);
        boolean none = answer.choices().isEmpty();
        experts = none ? Optional.empty() : answer.choices().getFirst().experts();
        figures(none ? FinishReason.STOP : answer.choices().getFirst().finishReason(), answer.usage(), out);
        Logprobs.write(none ? List.of() : answer.choices().getFirst().logprobs(), out);
        return Buffer.buffer(out.endObject().bytes());
    }

    /** Durations are in nanoseconds; those that clients divide by are never 0. Nothing is loaded: models are there from the start. */
    private void figures(FinishReason why, Usage used, JsonOut out) {
        long now = nanoTime.getAsLong();
        out.member("done", true).member("done_reason", why == FinishReason.LENGTH ? "length" : "stop");
        out.member("total_duration", Math.max(1, now - start))
                .member("load_duration", 0)
                .member("prompt_eval_count", used.inputTokens())
                .member("prompt_eval_duration", Math.max(1, firstPiece - start))
                .member("eval_count", used.outputTokens())
                .member("eval_duration", Math.max(1, now - firstPiece));
        experts.ifPresent(use -> ExpertJson.write(use, out));
        if (Common.explains(head)) {
            out.member(Common.GATEWAY, head.explanation());
        }
    }
}
