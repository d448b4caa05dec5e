package dev.parley.chat.openai.client;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatEvent.TokenLogprob;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.FinishReason;
import dev.parley.chat.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads one of an answer's choices, piece by piece. Not thread-safe. */
final class ChoiceReader {
    private final int index;
    private final ToolCallReader calls;
    private boolean finished;
    private long chars;

    ChoiceReader(int index, String answerId) {
        this.index = index;
        this.calls = new ToolCallReader(index, answerId);
    }

    boolean finished() {
        return finished;
    }

    /** Characters generated, for an estimate of tokens. */
    long chars() {
        return chars + calls.chars();
    }

    /**
     * @param key {@code delta} or {@code message}
     */
    void read(JsonView choice, String key, Consumer<ChatEvent> out) {
        choice.get(key).ifPresent(delta -> delta(delta, out));
        choice.get("logprobs").filter(JsonView::isObject).ifPresent(logprobs -> logprobs(logprobs, out));
        choice.get("finish_reason").ifPresent(reason -> finish(reason.string(), choice, out));
    }

    private void delta(JsonView delta, Consumer<ChatEvent> out) {
        String reasoning = text(delta, "reasoning_content");
        reasoning = reasoning.isEmpty() ? text(delta, "reasoning") : reasoning;
        if (!reasoning.isEmpty()) {
            chars += reasoning.length();
            out.accept(new ChatEvent.ReasoningDelta(index, reasoning));
        }
        String content = delta.get("content").map(ChoiceReader::content).orElse("");
        if (!content.isEmpty()) {
            chars += content.length();
            out.accept(new ChatEvent.TextDelta(index, content));
        }
        String refusal = text(delta, "refusal");
        if (!refusal.isEmpty()) {
            chars += refusal.length();
            out.accept(new ChatEvent.RefusalDelta(index, refusal));
        }
        delta.items("tool_calls").forEach(call -> calls.piece(call, out));
        delta.get("function_call").ifPresent(call -> calls.old(call, out));
    }

    private static String text(JsonView delta, String name) {
        return delta.get(name).filter(JsonView::isString).map(JsonView::string).orElse("");
    }

    /** Mistral's reasoning models send parts instead of a string. */
    private static String content(JsonView content) {
        if (content.isString()) {
            return content.string();
        }
        StringBuilder text = new StringBuilder();
        content.items().forEach(part -> text.append(part.string("text", "")));
        return text.toString();
    }

    private void logprobs(JsonView logprobs, Consumer<ChatEvent> out) {
        List<TokenLogprob> tokens = tokens(logprobs, "content");
        if (!tokens.isEmpty()) {
            out.accept(new ChatEvent.Logprobs(index, tokens));
        }
    }

    private static List<TokenLogprob> tokens(JsonView parent, String name) {
        List<TokenLogprob> tokens = new ArrayList<>();
        for (JsonView token : parent.items(name)) {
            String text = token.need("token").string();
            tokens.add(new TokenLogprob(
                    text, token.need("logprob").number(), bytes(token, text), tokens(token, "top_logprobs")));
        }
        return tokens;
    }

    private static byte[] bytes(JsonView token, String text) {
        if (!token.has("bytes")) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        List<JsonView> given = token.items("bytes");
        byte[] bytes = new byte[given.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) given.get(i).integer();
        }
        return bytes;
    }

    private void finish(String reason, JsonView choice, Consumer<ChatEvent> out) {
        if (finished || reason.isEmpty()) {
            return;
        }
        calls.end(out);
        finished = true;
        String stop = text(choice, "stop_reason");
        FinishReason meant = reason(reason);
        if (meant == FinishReason.STOP && calls.any()) {
            meant = FinishReason.TOOL_CALLS; // several servers say stop
        } else if (meant == FinishReason.STOP && !stop.isEmpty()) {
            meant = FinishReason.STOP_SEQUENCE; // vLLM names the sequence
        }
        out.accept(new ChatEvent.Finished(index, meant, meant == FinishReason.STOP_SEQUENCE ? stop : ""));
    }

    private static FinishReason reason(String reason) {
        return switch (reason) {
            case "length", "max_tokens", "model_length" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            case "error", "abort", "insufficient_system_resource" ->
                throw ChatFailure.of(
                        ChatFailure.Kind.UPSTREAM_FAILED, "The backend stopped answering (" + reason + ").");
            default -> FinishReason.STOP;
        };
    }
}
