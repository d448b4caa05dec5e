package dev.parley.chat.openai;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Part;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseWriter;
import io.vertx.core.buffer.Buffer;
import java.util.BitSet;
import java.util.List;

/** Writes chat completions and their chunks (wire-contract sections 5 and 6). */
final class ChatEncoder implements ServerDialect.AnswerEncoder {
    private final AnswerHead head;
    private final boolean includeUsage;
    private final BitSet begun = new BitSet();
    private final SseWriter frames = new SseWriter();

    ChatEncoder(AnswerHead head, boolean includeUsage) {
        this.head = head;
        this.includeUsage = includeUsage;
    }

    @Override
    public String streamContentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public Buffer encode(ChatEvent event) {
        switch (event) {
            case ChatEvent.Started ignored -> begin(0);
            case ChatEvent.TextDelta e -> send(delta(e.choice()).member("content", e.text()));
            case ChatEvent.ReasoningDelta e -> send(delta(e.choice()).member("reasoning_content", e.text()));
            case ChatEvent.ReasoningSignature e -> {
                JsonOut out = delta(e.choice());
                signature(e.signature(), out);
                send(out);
            }
            case ChatEvent.RefusalDelta e -> send(delta(e.choice()).member("refusal", e.text()));
            case ChatEvent.ToolCallStarted e -> toolCall(e);
            case ChatEvent.ToolCallArguments e ->
                send(call(e.choice(), e.call())
                        .object("function")
                        .member("arguments", e.json())
                        .endObject()
                        .endObject()
                        .endArray());
            case ChatEvent.Logprobs e -> logprobs(e);
            case ChatEvent.ExpertsReported e -> experts(e);
            case ChatEvent.Finished e -> finish(e);
            case ChatEvent.UsageReported e -> usage(e);
        }
        return frames.take();
    }

    @Override
    public Buffer end() {
        return frames.done().take();
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return OpenAiErrors.broken(failure);
    }

    private JsonOut open(String object) {
        return new JsonOut()
                .object()
                .member("id", head.id())
                .member("object", object)
                .member("created", head.createdEpochSecond())
                .member("model", head.model());
    }

    private JsonOut choice(int index) {
        return open("chat.completion.chunk").array("choices").object().member("index", index);
    }

    private JsonOut delta(int index) {
        begin(index);
        return choice(index).object("delta");
    }

    private JsonOut call(int choice, int call) {
        return delta(choice).array("tool_calls").object().member("index", call);
    }

    /** The role comes first, once per choice. */
    private void begin(int index) {
        if (!begun.get(index)) {
            begun.set(index);
            send(choice(index)
                    .object("delta")
                    .member("role", "assistant")
                    .member("content", "")
                    .nul("refusal"));
        }
    }

    private void send(JsonOut delta) {
        close(delta.endObject().nul("logprobs").nul("finish_reason"));
    }

    private void close(JsonOut choice) {
        frames.data(choice.endObject().endArray().endObject().bytes());
    }

    private void toolCall(ChatEvent.ToolCallStarted e) {
        send(call(e.choice(), e.call())
                .member("id", e.id())
                .member("type", "function")
                .object("function")
                .member("name", e.name())
                .member("arguments", "")
                .endObject()
                .endObject()
                .endArray());
    }

    private void logprobs(ChatEvent.Logprobs e) {
        JsonOut out = delta(e.choice()).member("content", "").endObject();
        Wire.logprobs(e.tokens(), out);
        close(out.nul("finish_reason"));
    }

    private void experts(ChatEvent.ExpertsReported e) {
        if (e.use().shown()) {
            JsonOut out = delta(e.choice()).endObject().nul("logprobs").nul("finish_reason");
            ExpertJson.write(e.use(), out);
            close(out);
        }
    }

    private void finish(ChatEvent.Finished e) {
        JsonOut out = delta(e.choice()).endObject().nul("logprobs").member("finish_reason", Wire.finish(e.reason()));
        out.endObject().endArray();
        if (!includeUsage) {
            Wire.explain(head.explanation(), out);
        }
        frames.data(out.endObject().bytes());
    }

    private void usage(ChatEvent.UsageReported e) {
        if (includeUsage) {
            JsonOut out = open("chat.completion.chunk").array("choices").endArray();
            Wire.usage(e.usage(), out);
            Wire.explain(head.explanation(), out);
            frames.data(out.endObject().bytes());
        }
    }

    /** OpenRouter's side field for Anthropic's proof of reasoning; {@link MessageReader} takes it back. */
    private static void signature(String signature, JsonOut out) {
        out.array("reasoning_details")
                .object()
                .member("type", "reasoning.text")
                .member("signature", signature)
                .member("index", 0)
                .endObject()
                .endArray();
    }

    @Override
    public Buffer whole(ChatAnswer answer) {
        JsonOut out = open("chat.completion").array("choices");
        for (ChatAnswer.Choice choice : answer.choices()) {
            out.object().member("index", choice.index());
            message(choice.content(), out);
            Wire.logprobs(choice.logprobs(), out);
            out.member("finish_reason", Wire.finish(choice.finishReason()));
            choice.experts().ifPresent(use -> ExpertJson.write(use, out));
            out.endObject();
        }
        out.endArray();
        Wire.usage(answer.usage(), out);
        Wire.explain(head.explanation(), out);
        return Buffer.buffer(out.endObject().bytes());
    }

    private static void message(List<Part> parts, JsonOut out) {
        Pieces pieces = new Pieces(parts);
        out.object("message").member("role", "assistant");
        if (pieces.text.isEmpty() && (!pieces.calls.isEmpty() || !pieces.refusal.isEmpty())) {
            out.nul("content");
        } else {
            out.member("content", pieces.text.toString());
        }
        if (pieces.refusal.isEmpty()) {
            out.nul("refusal");
        } else {
            out.member("refusal", pieces.refusal.toString());
        }
        if (!pieces.reasoning.isEmpty()) {
            out.member("reasoning_content", pieces.reasoning.toString());
        }
        if (!pieces.signature.isEmpty()) {
            signature(pieces.signature, out);
        }
        if (!pieces.calls.isEmpty()) {
            out.array("tool_calls");
            pieces.calls.forEach(use -> toolCall(use, out));
            out.endArray();
        }
        out.endObject();
    }

    private static void toolCall(Part.ToolUse use, JsonOut out) {
        out.object().member("id", use.id()).member("type", "function");
        out.object("function")
                .member("name", use.name())
                .member("arguments", use.arguments().isEmpty() ? "{}" : use.arguments())
                .endObject()
                .endObject();
    }
}
