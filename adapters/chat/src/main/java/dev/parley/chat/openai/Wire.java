package dev.parley.chat.openai;

import dev.parley.chat.ChatEvent.TokenLogprob;
import dev.parley.chat.FinishReason;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Usage;
import java.util.List;

/** Pieces that several of OpenAI's documents share: usage, logprobs, finish reasons. */
public final class Wire {
    private Wire() {}

    /** Usage of chat completions, completions and embeddings. */
    public static void usage(Usage usage, JsonOut out) {
        out.object("usage")
                .member("prompt_tokens", usage.inputTokens())
                .member("completion_tokens", usage.outputTokens())
                .member("total_tokens", usage.totalTokens());
        out.object("prompt_tokens_details").member("cached_tokens", usage.cachedInputTokens());
        if (usage.cacheWriteTokens() > 0) {
            out.member("cache_write_tokens", usage.cacheWriteTokens());
        }
        out.member("audio_tokens", 0).endObject();
        out.object("completion_tokens_details")
                .member("reasoning_tokens", usage.reasoningTokens())
                .member("audio_tokens", 0)
                .member("accepted_prediction_tokens", 0)
                .member("rejected_prediction_tokens", 0)
                .endObject()
                .endObject();
    }

    /** Reads usage as OpenAI, vLLM, llama.cpp and DeepSeek write it. */
    public static Usage usage(JsonView usage) {
        long input = usage.integer("prompt_tokens", usage.integer("input_tokens", 0));
        long output = usage.integer("completion_tokens", usage.integer("output_tokens", 0));
        JsonView in = usage.get("prompt_tokens_details")
                .or(() -> usage.get("input_tokens_details"))
                .orElse(usage);
        JsonView out = usage.get("completion_tokens_details")
                .or(() -> usage.get("output_tokens_details"))
                .orElse(usage);
        long cached = in.integer("cached_tokens", usage.integer("prompt_cache_hit_tokens", 0));
        return new Usage(
                input, cached, in.integer("cache_write_tokens", 0), output, out.integer("reasoning_tokens", 0), false);
    }

    /** {@code logprobs{content[],refusal}}, or null if there are none. */
    static void logprobs(List<TokenLogprob> tokens, JsonOut out) {
        if (tokens.isEmpty()) {
            out.nul("logprobs");
            return;
        }
        out.object("logprobs").array("content");
        tokens.forEach(token -> logprob(token, out));
        out.endArray().nul("refusal").endObject();
    }

    /** One token with its alternatives. */
    public static void logprob(TokenLogprob token, JsonOut out) {
        token(token, out.object());
        out.array("top_logprobs");
        token.top().forEach(top -> token(top, out.object()).endObject());
        out.endArray().endObject();
    }

    private static JsonOut token(TokenLogprob token, JsonOut out) {
        out.member("token", token.token()).name("logprob").number(token.logprob());
        out.array("bytes");
        for (byte b : token.bytes()) {
            out.integer(b & 0xFF);
        }
        return out.endArray();
    }

    static String finish(FinishReason reason) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE, PAUSE -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    /** The {@code gateway} member, if the client asked to explain. */
    public static void explain(RawJson explanation, JsonOut out) {
        if (explains(explanation)) {
            out.member("gateway", explanation);
        }
    }

    public static boolean explains(RawJson explanation) {
        return explanation.text().length() > "{}".length();
    }
}
