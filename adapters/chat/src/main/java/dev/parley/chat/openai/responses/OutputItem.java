package dev.parley.chat.openai.responses;

import dev.parley.chat.ChatEvent.TokenLogprob;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.openai.Wire;
import java.util.ArrayList;
import java.util.List;

/** An item of a response's output, growing. Not thread-safe. */
final class OutputItem {
    enum Kind {
        REASONING,
        MESSAGE,
        CALL
    }

    final Kind kind;
    final String id;
    /** Place in the output. */
    final int index;
    /** Of a message: its parts; the text of reasoning and the arguments of a call are one part. */
    final List<Content> contents = new ArrayList<>();

    String callId = "";
    String name = "";
    String signature = "";

    OutputItem(Kind kind, String answerId, int index) {
        this.kind = kind;
        this.index = index;
        this.id = prefix(kind) + answerId + "_" + index;
    }

    private static String prefix(Kind kind) {
        return switch (kind) {
            case REASONING -> "rs_";
            case MESSAGE -> "msg_";
            case CALL -> "fc_";
        };
    }

    /** A piece of text of one sort. */
    static final class Content {
        final boolean refusal;
        final StringBuilder text = new StringBuilder();
        final List<TokenLogprob> logprobs = new ArrayList<>();

        Content(boolean refusal) {
            this.refusal = refusal;
        }

        void write(JsonOut out) {
            if (refusal) {
                out.object()
                        .member("type", "refusal")
                        .member("refusal", text.toString())
                        .endObject();
                return;
            }
            out.object().member("type", "output_text").member("text", text.toString());
            out.array("annotations").endArray();
            logprobs(logprobs, out);
            out.endObject();
        }
    }

    Content open(boolean refusal) {
        Content content = new Content(refusal);
        contents.add(content);
        return content;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        contents.forEach(content -> text.append(content.text));
        return text.toString();
    }

    /** A call without arguments has an empty object of them. */
    String arguments() {
        String arguments = text();
        return arguments.isEmpty() ? "{}" : arguments;
    }

    /** The item as it began. */
    void writeEmpty(JsonOut out) {
        write(out, "in_progress", false);
    }

    void write(JsonOut out, String status) {
        write(out, status, true);
    }

    private void write(JsonOut out, String status, boolean full) {
        out.object().member("id", id);
        switch (kind) {
            case REASONING -> {
                out.member("type", "reasoning").array("summary");
                if (full && !contents.isEmpty()) {
                    summary(out);
                }
                out.endArray();
                if (full && !signature.isEmpty()) {
                    out.member("encrypted_content", signature);
                }
            }
            case MESSAGE -> {
                out.member("type", "message").member("status", status).member("role", "assistant");
                out.array("content");
                contents.stream().filter(content -> full).forEach(content -> content.write(out));
                out.endArray();
            }
            case CALL ->
                out.member("type", "function_call")
                        .member("status", status)
                        .member("call_id", callId)
                        .member("name", name)
                        .member("arguments", full ? arguments() : "");
        }
        out.endObject();
    }

    void summary(JsonOut out) {
        out.object().member("type", "summary_text").member("text", text()).endObject();
    }

    static void logprobs(List<TokenLogprob> tokens, JsonOut out) {
        out.array("logprobs");
        tokens.forEach(token -> Wire.logprob(token, out));
        out.endArray();
    }
}
