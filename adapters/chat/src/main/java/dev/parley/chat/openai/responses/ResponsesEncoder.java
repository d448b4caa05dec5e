package dev.parley.chat.openai.responses;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatEvent.TokenLogprob;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.FinishReason;
import dev.parley.chat.Part;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.openai.OpenAiErrors;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes responses and their events (wire-contract section 8) from the first choice of a chat. Reasoning and messages close when
 * something else begins; calls stay open to the end, because their pieces may interleave.
 */
final class ResponsesEncoder implements ServerDialect.AnswerEncoder {
    private final ResponseWriter response;
    private final ItemEvents events;
    private final String answerId;
    private final List<OutputItem> items = new ArrayList<>();
    private final List<OutputItem> calls = new ArrayList<>();
    private @Nullable OutputItem open;
    private boolean begun;
    private FinishReason reason = FinishReason.STOP;
    private Usage usage = Usage.NONE;
    private Optional<ExpertUse> experts = Optional.empty();

    ResponsesEncoder(ChatRequest request, AnswerHead head) {
        response = new ResponseWriter(request, head);
        answerId = ResponseWriter.bare(head.id());
        events = new ItemEvents(new SseWriter(1024));
    }

    @Override
    public String streamContentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public Buffer encode(ChatEvent event) {
        begin();
        switch (event) {
            case ChatEvent.Started ignored -> {}
            case ChatEvent.TextDelta e -> text(e.choice(), e.text(), false);
            case ChatEvent.RefusalDelta e -> text(e.choice(), e.text(), true);
            case ChatEvent.ReasoningDelta e -> reasoning(e.choice(), e.text());
            case ChatEvent.ReasoningSignature e -> {
                if (e.choice() == 0) {
                    opened(OutputItem.Kind.REASONING).signature = e.signature();
                }
            }
            case ChatEvent.ToolCallStarted e -> call(e);
            case ChatEvent.ToolCallArguments e -> arguments(e);
            case ChatEvent.Logprobs e -> logprobs(e.choice(), e.tokens());
            case ChatEvent.ExpertsReported e -> {
                if (e.choice() == 0) {
                    experts = Optional.of(e.use());
                }
            }
            case ChatEvent.Finished e -> finish(e);
            case ChatEvent.UsageReported e -> usage = e.usage();
        }
        return events.take();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            for (String type : List.of("response.created", "response.in_progress")) {
                JsonOut out = events.open(type).name("response");
                response.begun(out);
                events.close(type, out);
            }
        }
    }

    /** The open item of this kind; another one is closed first. */
    private OutputItem opened(OutputItem.Kind kind) {
        OutputItem current = open;
        if (current != null && current.kind == kind) {
            return current;
        }
        closeOpen();
        OutputItem item = add(kind);
        open = item;
        events.added(item);
        return item;
    }

    private OutputItem add(OutputItem.Kind kind) {
        OutputItem item = new OutputItem(kind, answerId, items.size());
        items.add(item);
        return item;
    }

    private void closeOpen() {
        OutputItem current = open;
        if (current != null) {
            events.done(current);
            open = null;
        }
    }

    private void reasoning(int choice, String text) {
        if (choice == 0) {
            OutputItem item = opened(OutputItem.Kind.REASONING);
            if (item.contents.isEmpty()) {
                item.open(false);
                events.summaryAdded(item);
            }
            item.contents.getFirst().text.append(text);
            events.summaryDelta(item, text);
        }
    }

    private void text(int choice, String text, boolean refusal) {
        if (choice == 0) {
            OutputItem item = opened(OutputItem.Kind.MESSAGE);
            if (item.contents.isEmpty() || item.contents.getLast().refusal != refusal) {
                if (!item.contents.isEmpty()) {
                    events.contentDone(item);
                }
                item.open(refusal);
                events.contentAdded(item);
            }
            item.contents.getLast().text.append(text);
            events.contentDelta(item, text, List.of());
        }
    }

    /** They belong to the text just before. */
    private void logprobs(int choice, List<TokenLogprob> tokens) {
        OutputItem item = open;
        if (choice == 0 && item != null && item.kind == OutputItem.Kind.MESSAGE && !item.contents.isEmpty()) {
            item.contents.getLast().logprobs.addAll(tokens);
            events.contentDelta(item, "", tokens);
        }
    }

    private void call(ChatEvent.ToolCallStarted e) {
        if (e.choice() == 0) {
            closeOpen();
            OutputItem item = add(OutputItem.Kind.CALL);
            item.callId = e.id();
            item.name = e.name();
            item.open(false);
            calls.add(item);
            events.added(item);
        }
    }

    private void arguments(ChatEvent.ToolCallArguments e) {
        if (e.choice() == 0 && e.call() < calls.size()) {
            OutputItem item = calls.get(e.call());
            item.contents.getFirst().text.append(e.json());
            events.argumentsDelta(item, e.json());
        }
    }

    private void finish(ChatEvent.Finished e) {
        if (e.choice() == 0) {
            reason = e.reason();
            closeOpen();
            calls.forEach(events::done);
        }
    }

    @Override
    public Buffer end() {
        begin();
        String type = "response." + ResponseWriter.word(ResponseWriter.status(reason));
        JsonOut out = events.open(type).name("response");
        response.ended(out, new ResponseWriter.End(reason, usage, experts), items);
        events.close(type, out);
        return events.take();
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return broken(failure, events.sequence());
    }

    static Buffer broken(ChatFailure failure, int sequence) {
        JsonOut out = new JsonOut().object().member("type", "error");
        String code = OpenAiErrors.code(failure);
        out.member("code", code.isEmpty() ? "invalid_request_error" : code)
                .member("message", OpenAiErrors.message(failure))
                .nul("param")
                .member("sequence_number", sequence)
                .endObject();
        return SseWriter.frame("error", out.bytes());
    }

    @Override
    public Buffer whole(ChatAnswer answer) {
        for (ChatAnswer.Choice choice : answer.choices()) {
            if (choice.index() == 0) {
                reason = choice.finishReason();
                experts = choice.experts();
                choice.content().forEach(this::part);
                logprobs(choice);
            }
        }
        JsonOut out = new JsonOut(1024);
        response.ended(out, new ResponseWriter.End(reason, answer.usage(), experts), items);
        return Buffer.buffer(out.bytes());
    }

    private void logprobs(ChatAnswer.Choice choice) {
        items.stream()
                .filter(item -> item.kind == OutputItem.Kind.MESSAGE)
                .findFirst()
                .ifPresent(item -> item.contents.getFirst().logprobs.addAll(choice.logprobs()));
    }

    private void part(Part part) {
        switch (part) {
            case Part.Reasoning p -> {
                OutputItem item = add(OutputItem.Kind.REASONING);
                item.open(false).text.append(p.text());
                item.signature = p.signature();
            }
            case Part.Text p -> message().open(false).text.append(p.text());
            case Part.Refusal p -> message().open(true).text.append(p.text());
            case Part.ToolUse p -> {
                OutputItem item = add(OutputItem.Kind.CALL);
                item.callId = p.id();
                item.name = p.name();
                item.open(false).text.append(p.arguments());
            }
            // A model's answer holds none of these.
            case Part.Image ignored -> {}
            case Part.Document ignored -> {}
            case Part.Audio ignored -> {}
            case Part.ToolResult ignored -> {}
            case Part.RedactedReasoning ignored -> {}
            case Part.Foreign ignored -> {}
        }
    }

    private OutputItem message() {
        return !items.isEmpty() && items.getLast().kind == OutputItem.Kind.MESSAGE
                ? items.getLast()
                : add(OutputItem.Kind.MESSAGE);
    }
}
