package dev.parley.chat.ollama;

import dev.parley.chat.ChatEvent.TokenLogprob;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The {@code logprobs} of a line, there and back. */
final class Logprobs {
    private Logprobs() {}

    static void write(List<TokenLogprob> tokens, JsonOut out) {
        if (tokens.isEmpty()) {
            return;
        }
        out.array("logprobs");
        for (TokenLogprob token : tokens) {
            out.object();
            token(token, out);
            if (!token.top().isEmpty()) {
                out.array("top_logprobs");
                for (TokenLogprob other : token.top()) {
                    out.object();
                    token(other, out);
                    out.endObject();
                }
                out.endArray();
            }
            out.endObject();
        }
        out.endArray();
    }

    private static void token(TokenLogprob token, JsonOut out) {
        out.member("token", token.token()).name("logprob").number(token.logprob());
        out.array("bytes");
        for (byte b : token.bytes()) {
            out.integer(b & 0xFF);
        }
        out.endArray();
    }

    static List<TokenLogprob> read(JsonView line) {
        return line.items("logprobs").stream()
                .map(token -> token(
                        token,
                        token.items("top_logprobs").stream()
                                .map(other -> token(other, List.of()))
                                .toList()))
                .toList();
    }

    private static TokenLogprob token(JsonView view, List<TokenLogprob> top) {
        String token = view.string("token", "");
        List<JsonView> items = view.items("bytes");
        byte[] bytes = new byte[items.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) items.get(i).integer();
        }
        return new TokenLogprob(
                token,
                view.need("logprob").number(),
                items.isEmpty() ? token.getBytes(StandardCharsets.UTF_8) : bytes,
                top);
    }
}
