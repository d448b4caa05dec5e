package dev.parley.gateway.pipeline.front;

import dev.parley.chat.Protocol;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;

/**
 * A client's call that is no chat.
 *
 * @param kind by method and path
 * @param id the decoded rest of the path for {@link Kind#MODEL} and the {@code RESPONSE*} kinds; else empty
 * @param path with query, as it came
 * @param body as read, empty without one; not to be changed
 * @param headers of the client
 * @param requestId ours, sent back by the transport
 * @param gone completes if the client goes away before the answer: cancel work for it; never completes otherwise
 */
@SuppressWarnings("ArrayRecordComponent")
public record SideCall(
        Kind kind, String id, String path, byte[] body, MultiMap headers, String requestId, Future<Void> gone) {

    /** What is wanted; each kind knows the family in whose shape failures are written. */
    public enum Kind {
        /** GET /v1/models. */
        MODELS(Protocol.OPENAI_CHAT),
        /** GET /v1/models/{id}; the id may hold slashes and colons. */
        MODEL(Protocol.OPENAI_CHAT),
        /** POST /v1/embeddings. */
        EMBEDDINGS(Protocol.OPENAI_CHAT),
        /** POST /v1/messages/count_tokens. */
        COUNT_TOKENS(Protocol.ANTHROPIC_MESSAGES),
        /** GET /v1/responses/{id}. */
        RESPONSE(Protocol.OPENAI_RESPONSES),
        /** DELETE /v1/responses/{id}. */
        RESPONSE_DELETE(Protocol.OPENAI_RESPONSES),
        /** POST /v1/responses/{id}/cancel. */
        RESPONSE_CANCEL(Protocol.OPENAI_RESPONSES),
        /** GET /v1/responses/{id}/input_items. */
        RESPONSE_INPUT_ITEMS(Protocol.OPENAI_RESPONSES),
        /** POST /v1/feedback. */
        FEEDBACK(Protocol.OPENAI_CHAT),
        /** GET /api/tags. */
        OLLAMA_TAGS(Protocol.OLLAMA_CHAT),
        /** POST /api/show. */
        OLLAMA_SHOW(Protocol.OLLAMA_CHAT),
        /** GET /api/version. */
        OLLAMA_VERSION(Protocol.OLLAMA_CHAT),
        /** GET /api/ps. */
        OLLAMA_PS(Protocol.OLLAMA_CHAT),
        /** POST /api/embed. */
        OLLAMA_EMBED(Protocol.OLLAMA_CHAT),
        /** POST /api/embeddings, the older form. */
        OLLAMA_EMBEDDINGS(Protocol.OLLAMA_CHAT);

        private final Protocol shape;

        Kind(Protocol shape) {
            this.shape = shape;
        }

        public Protocol shape() {
            return shape;
        }
    }
}
