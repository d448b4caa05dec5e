package dev.parley.chat.anthropic;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.TokenEstimate;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.ScannedBody;
import io.vertx.core.buffer.Buffer;

/** {@code POST /v1/messages/count_tokens}: the body of a message without {@code max_tokens}; we estimate. Thread-safe. */
public final class AnthropicTokenCount {
    private AnthropicTokenCount() {}

    /** Reads the request. Throws {@link ChatFailure} BAD_REQUEST naming the member at fault. */
    public static ChatRequest decode(byte[] body) {
        return AnthropicServer.read(ScannedBody.of(body));
    }

    /** The answer's body, {@code {"input_tokens":n}}. Throws {@link ChatFailure} BAD_REQUEST if the messages are not valid. */
    public static Buffer answer(ChatRequest request) {
        long tokens = TokenEstimate.of(request.conversation());
        return Buffer.buffer(new JsonOut()
                .object()
                .member("input_tokens", tokens)
                .endObject()
                .bytes());
    }
}
