package dev.parley.chat.openai;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatEvent.TokenLogprob;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseWriter;
import io.vertx.core.buffer.Buffer;
import java.util.BitSet;
import java.util.List;

/** Writes completions: text only, in the form of 2020. */
final class CompletionsEncoder implements ServerDialect.AnswerEncoder {
    private final AnswerHead head;
    private final boolean includeUsage;
    private final String echo;
    private final BitSet begun = new BitSet();
    private final SseWriter frames = new SseWriter();
    private int offset;

    /**
     * @param echo what every choice begins with, or empty
     */
    CompletionsEncoder(AnswerHead head, boolean includeUsage, String echo) {
        this.head = head;
        this.includeUsage = includeUsage;
        this.echo = echo;
    }

    @Override
    public String streamContentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public Buffer encode(ChatEvent event) {
        switch (event) {
            case ChatEvent.TextDelta e -> text(e.choice(), e.text());
            case ChatEvent.RefusalDelta e -> text(e.choice(), e.text());
            case ChatEvent.Logprobs e -> chunk(e.choice(), "", e.tokens(), "");
            case ChatEvent.ExpertsReported e -> experts(e);
            case ChatEvent.Finished e -> {
                text(e.choice(), "");
                chunk(e.choice(), "", List.of(), Wire.finish(e.reason()));
            }
            case ChatEvent.UsageReported e -> usage(e);
            // The protocol has no place for these.
            case ChatEvent.Started ignored -> {}
            case ChatEvent.ReasoningDelta ignored -> {}
            case ChatEvent.ReasoningSignature ignored -> {}
            case ChatEvent.ToolCallStarted ignored -> {}
            case ChatEvent.ToolCallArguments ignored -> {}
        }
        return frames.take();
    }

    private void text(int choice, String text) {
        String whole = begun.get(choice) ? text : echo + text;
        begun.set(choice);
        if (!whole.isEmpty()) {
            chunk(choice, whole, List.of(), "");
        }
    }

    private void chunk(int choice, String text, List<TokenLogprob> logprobs, String finish) {
        JsonOut out = open().array("choices");
        choice(out, choice, text, logprobs);
        finish(out, finish);
        out.endArray();
        if (!finish.isEmpty() && !includeUsage) {
            Wire.explain(head.explanation(), out);
        }
        frames.data(out.endObject().bytes());
    }

    private void experts(ChatEvent.ExpertsReported e) {
        if (e.use().shown()) {
            JsonOut out = open().array("choices");
            choice(out, e.choice(), "", List.of());
            ExpertJson.write(e.use(), out);
            finish(out, "");
            frames.data(out.endArray().endObject().bytes());
        }
    }

    private void usage(ChatEvent.UsageReported e) {
        if (includeUsage) {
            JsonOut out = open().array("choices").endArray();
            Wire.usage(e.usage(), out);
            Wire.explain(head.explanation(), out);
            frames.data(out.endObject().bytes());
        }
    }

    private JsonOut open() {
        return new JsonOut()
                .object()
                .member("id", head.id())
                .member("object", "text_completion")
                .member("created", head.createdEpochSecond())
                .member("model", head.model());
    }

    private void choice(JsonOut out, int index, String text, List<TokenLogprob> logprobs) {
        out.object().member("text", text).member("index", index);
        if (logprobs.isEmpty()) {
            out.nul("logprobs");
        } else {
            logprobs(out, logprobs);
        }
    }

    private static void finish(JsonOut out, String finish) {
        if (finish.isEmpty()) {
            out.nul("finish_reason");
        } else {
            out.member("finish_reason", finish);
        }
        out.endObject();
    }

    private void logprobs(JsonOut out, List<TokenLogprob> tokens) {
        out.object("logprobs").array("tokens");
        tokens.forEach(token -> out.string(token.token()));
        out.endArray().array("token_logprobs");
        tokens.forEach(token -> out.number(token.logprob()));
        out.endArray().array("top_logprobs");
        for (TokenLogprob token : tokens) {
            out.object();
            token.top().forEach(top -> out.name(top.token()).number(top.logprob()));
            out.endObject();
        }
        out.endArray().array("text_offset");
        for (TokenLogprob token : tokens) {
            out.integer(offset);
            offset += token.token().length();
        }
        out.endArray().endObject();
    }

    @Override
    public Buffer end() {
        return frames.done().take();
    }

    @Override
    public Buffer broken(ChatFailure failure, String requestId) {
        return OpenAiErrors.broken(failure);
    }

    @Override
    public Buffer whole(ChatAnswer answer) {
        JsonOut out = open().array("choices");
        for (ChatAnswer.Choice choice : answer.choices()) {
            Pieces pieces = new Pieces(choice.content());
            offset = echo.length();
            choice(out, choice.index(), echo + pieces.text + pieces.refusal, choice.logprobs());
            choice.experts().ifPresent(use -> ExpertJson.write(use, out));
            finish(out, Wire.finish(choice.finishReason()));
        }
        out.endArray();
        Wire.usage(answer.usage(), out);
        Wire.explain(head.explanation(), out);
        return Buffer.buffer(out.endObject().bytes());
    }
}
