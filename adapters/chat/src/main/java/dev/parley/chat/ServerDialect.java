package dev.parley.chat;

import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** A protocol as a server speaks it: towards clients. Stateless; its encoders are not. */
public interface ServerDialect {
    Protocol protocol();

    /** Reads the top level only. Throws {@link ChatFailure} BAD_REQUEST naming the member at fault. */
    ChatRequest decode(byte[] body);

    /** The body of an answer (status 200) that no model need give, such as to Ollama's wish to load one; empty for all other requests. */
    default Optional<Buffer> immediate(ChatRequest request, AnswerHead head) {
        return Optional.empty();
    }

    /** Writes one answer to one request. */
    AnswerEncoder encoder(ChatRequest request, AnswerHead head);

    /**
     * The request as bytes for a backend of the same protocol: {@code model} replaced, our own members removed, usage asked for in
     * streams; all else untouched.
     */
    JsonBody relayBody(ChatRequest request, ModelSpec model);

    /** Watches the answer to {@link #relayBody}. */
    RelayTap tap(ChatRequest request, AnswerHead head);

    /** Wire bytes that break a begun relayed stream off so that every client notices; as {@link AnswerEncoder#broken}. */
    Buffer broken(ChatFailure failure, String requestId);

    /** Status and body of a failure found before the first byte (wire-contract section 3). */
    ErrorAnswer error(ChatFailure failure, String requestId);

    /**
     * What the encoder must know before the first event.
     *
     * @param id the answer's id in the protocol's form, e.g. {@code chatcmpl-...}
     * @param model the concrete model that serves
     * @param createdEpochSecond when
     * @param explanation JSON object for the {@code gateway} member when the client asked to explain; empty object otherwise
     */
    record AnswerHead(String id, String model, long createdEpochSecond, RawJson explanation) {}

    record ErrorAnswer(int status, Buffer body) {}

    /** Writes one answer, as a stream or as a whole. Not thread-safe. */
    interface AnswerEncoder {
        /** Content type of the stream. */
        String streamContentType();

        /** Wire bytes for one event; empty if the protocol shows nothing for it (yet). */
        Buffer encode(ChatEvent event);

        /** Wire bytes that end a whole stream, e.g. {@code data: [DONE]}. */
        Buffer end();

        /** Wire bytes that break a begun stream off so that every client notices. */
        Buffer broken(ChatFailure failure, String requestId);

        /** The not streamed answer. */
        Buffer whole(ChatAnswer answer);
    }
}
