package dev.parley.chat.anthropic;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.FinishReason;
import dev.parley.chat.Part;
import dev.parley.chat.RawJson;
import dev.parley.chat.ServerDialect.AnswerEncoder;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.TokenEstimate;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes one answer as a message. Only the first choice is shown: the protocol has no others. Usage stands in {@code message_delta},
 * which overrules the estimate in {@code message_start}. Not thread-safe.
 */
final class MessageEncoder implements AnswerEncoder {
    private final ChatRequest request;
    private final AnswerHead head;
    private final SseWriter out = new SseWriter();
    private final BlockStream blocks = new BlockStream(out);
    private boolean begun;
    private FinishReason reason = FinishReason.STOP;
    private String stopSequence = "";
    private Usage usage = Usage.NONE;
    private Optional<ExpertUse> experts = Optional.empty();

    MessageEncoder(ChatRequest request, AnswerHead head) {
        this.request = request;
        this.head = head;
    }

    @Override
    public String streamContentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public Buffer encode(ChatEvent event) {
        begin();
        switch (event) {
            case ChatEvent.Finished e
            when e.choice() == 0 -> {
                reason = e.reason();
                stopSequence = e.stopSequence();
                blocks.finish();
            }
            case ChatEvent.ExpertsReported e when e.choice() == 0 -> experts = Optional.of(e.use());
            case ChatEvent.UsageReported e -> usage = e.usage();
            default -> blocks.show(event);
        }
        return out.take();
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        JsonOut json = new JsonOut().object().member("type", "message_start").object("message");
        message(json);
        json.array("content").endArray().nul("stop_reason").nul("stop_sequence").object("usage");
        UsageCount.write(Usage.of(TokenEstimate.of(request.conversation()), 0), json);
        frame("message_start", json.endObject().endObject().endObject());
    }

    @Override
    public Buffer end() {
        begin();
        blocks.finish();
        JsonOut json = new JsonOut().object().member("type", "message_delta").object("delta");
        stop(reason, stopSequence, blocks.tools(), blocks.refused(), json);
        json.endObject().object("usage");
        UsageCount.write(usage, json);
        json.endObject();
        experts.ifPresent(use -> ExpertJson.write(use, json));
        explain(json);
        frame("message_delta", json.endObject());
        frame(
                "message_stop",
                new JsonOut().object().member("type", "message_stop").endObject());
        return out.take();
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return ErrorShape.broken(failure, requestId);
    }

    @Override
    public Buffer whole(ChatAnswer answer) {
        ChatAnswer.Choice choice = answer.choices().isEmpty()
                ? new ChatAnswer.Choice(0, List.of(), List.of(), FinishReason.STOP, "")
                : answer.choices().getFirst();
        JsonOut json = new JsonOut(1024).object();
        message(json);
        json.array("content");
        List<Part> shown = shown(choice.content());
        shown.forEach(part -> WholeBlocks.write(part, json));
        json.endArray();
        boolean tools = shown.stream().anyMatch(Part.ToolUse.class::isInstance);
        boolean refused = shown.stream().anyMatch(Part.Refusal.class::isInstance);
        stop(choice.finishReason(), choice.stopSequence(), tools, refused, json);
        json.object("usage");
        UsageCount.write(answer.usage(), json);
        json.endObject();
        choice.experts().ifPresent(use -> ExpertJson.write(use, json));
        explain(json);
        return Buffer.buffer(json.endObject().bytes());
    }

    /** Reasoning stands first, as clients expect it; an answer without anything says one empty text, so that {@code content[0]} is there. */
    private static List<Part> shown(List<Part> content) {
        List<Part> shown = new ArrayList<>();
        content.stream().filter(Part.Reasoning.class::isInstance).forEach(shown::add);
        content.stream()
                .filter(part -> !(part instanceof Part.Reasoning) && !WholeBlocks.isEmpty(part))
                .forEach(shown::add);
        return shown.isEmpty() ? List.of(new Part.Text("")) : shown;
    }

    private void message(JsonOut json) {
        json.member("id", head.id())
                .member("type", "message")
                .member("role", "assistant")
                .member("model", head.model());
    }

    private static void stop(FinishReason reason, String sequence, boolean tools, boolean refused, JsonOut json) {
        json.member("stop_reason", StopReasons.write(reason, tools, refused));
        if (sequence.isEmpty()) {
            json.nul("stop_sequence");
        } else {
            json.member("stop_sequence", sequence);
        }
    }

    private void explain(JsonOut json) {
        RawJson explanation = head.explanation();
        if (AnthropicServer.explains(head)) {
            json.member(AnthropicServer.GATEWAY, explanation);
        }
    }

    private void frame(String type, JsonOut json) {
        out.event(type).data(json.bytes());
    }
}
