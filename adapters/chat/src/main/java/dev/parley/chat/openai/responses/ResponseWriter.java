package dev.parley.chat.openai.responses;

import dev.parley.chat.ChatRequest;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.FinishReason;
import dev.parley.chat.RawJson;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.openai.Wire;
import dev.parley.config.Usage;
import java.util.List;
import java.util.Optional;

/** Writes the response object with every member its readers demand; what the client asked for comes back as it was said. */
final class ResponseWriter {
    private static final RawJson NULL = new RawJson("null");

    private final ChatRequest request;
    private final AnswerHead head;
    private final String id;

    ResponseWriter(ChatRequest request, AnswerHead head) {
        this.request = request;
        this.head = head;
        this.id = "resp_" + bare(head.id());
    }

    /** The answer's id without the prefix of any protocol. */
    static String bare(String id) {
        int prefix = Math.max(id.lastIndexOf('_'), id.indexOf('-'));
        boolean known = id.startsWith("resp_") || id.startsWith("chatcmpl-");
        return known ? id.substring(prefix + 1) : id;
    }

    /** How a response ended or stands. */
    enum Status {
        IN_PROGRESS,
        COMPLETED,
        INCOMPLETE
    }

    static Status status(FinishReason reason) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE, TOOL_CALLS, PAUSE -> Status.COMPLETED;
            case LENGTH, CONTENT_FILTER -> Status.INCOMPLETE;
        };
    }

    static String word(Status status) {
        return switch (status) {
            case IN_PROGRESS -> "in_progress";
            case COMPLETED -> "completed";
            case INCOMPLETE -> "incomplete";
        };
    }

    /** What is known at the end only. */
    record End(FinishReason reason, Usage usage, Optional<ExpertUse> experts) {}

    /** The response before anything was generated. */
    void begun(JsonOut out) {
        write(out, Status.IN_PROGRESS, FinishReason.STOP, List.of());
        out.nul("usage").endObject();
    }

    /** The response at its end. */
    void ended(JsonOut out, End end, List<OutputItem> items) {
        write(out, status(end.reason()), end.reason(), items);
        usage(end.usage(), out);
        end.experts().ifPresent(use -> ExpertJson.write(use, out));
        Wire.explain(head.explanation(), out);
        out.endObject();
    }

    private void write(JsonOut out, Status status, FinishReason reason, List<OutputItem> items) {
        out.object()
                .member("id", id)
                .member("object", "response")
                .member("created_at", head.createdEpochSecond())
                .member("status", word(status))
                .member("background", false)
                .nul("error");
        if (status == Status.INCOMPLETE) {
            out.object("incomplete_details")
                    .member("reason", reason == FinishReason.LENGTH ? "max_output_tokens" : "content_filter")
                    .endObject();
        } else {
            out.nul("incomplete_details");
        }
        out.member("instructions", given("instructions").orElse(NULL))
                .member("max_output_tokens", given("max_output_tokens").orElse(NULL))
                .member("model", head.model());
        out.array("output");
        items.forEach(item -> item.write(out, word(status)));
        out.endArray();
        echoed(out);
    }

    private void echoed(JsonOut out) {
        echo(out, "parallel_tool_calls", "true");
        out.nul("previous_response_id");
        echo(out, "reasoning", "{\"effort\":null,\"summary\":null}");
        out.member("store", false);
        echo(out, "temperature", "1.0");
        echo(out, "text", "{\"format\":{\"type\":\"text\"}}");
        echo(out, "tool_choice", "\"auto\"");
        echo(out, "tools", "[]");
        echo(out, "top_logprobs", "0");
        echo(out, "top_p", "1.0");
        echo(out, "truncation", "\"disabled\"");
        echo(out, "user", "null");
        echo(out, "metadata", "{}");
    }

    private void echo(JsonOut out, String name, String otherwise) {
        out.member(name, given(name).orElse(new RawJson(otherwise)));
    }

    private Optional<RawJson> given(String name) {
        return request.body().member(name).filter(value -> !value.equals(NULL));
    }

    private static void usage(Usage usage, JsonOut out) {
        out.object("usage").member("input_tokens", usage.inputTokens());
        out.object("input_tokens_details")
                .member("cached_tokens", usage.cachedInputTokens())
                .member("cache_write_tokens", usage.cacheWriteTokens())
                .endObject();
        out.member("output_tokens", usage.outputTokens());
        out.object("output_tokens_details")
                .member("reasoning_tokens", usage.reasoningTokens())
                .endObject();
        out.member("total_tokens", usage.totalTokens()).endObject();
    }
}
