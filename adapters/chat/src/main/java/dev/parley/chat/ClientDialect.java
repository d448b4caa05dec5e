package dev.parley.chat;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.Consumer;

/** A protocol as a client speaks it: towards backends. Stateless; its decoders are not. */
public interface ClientDialect {
    Protocol protocol();

    /** Writes the request in this protocol. Throws {@link ChatFailure} BAD_REQUEST for what it cannot say at all. */
    UpstreamRequest encode(BackendCall call);

    /** Reads one answer with status 200. */
    AnswerDecoder decoder(BackendCall call);

    /** Reads an answer with another status: kind by wire-contract section 3, message of the backend where it is safe to show. */
    ChatFailure failure(int status, Map<String, String> headers, Buffer body);

    /**
     * @param path after the backend's base URL
     * @param headers of the protocol (not authentication)
     */
    record UpstreamRequest(String path, Map<String, String> headers, Buffer body) {}

    /** Reads one answer, cut anywhere. Not thread-safe. */
    interface AnswerDecoder {
        /** Feeds bytes; events come out at once. Throws {@link ChatFailure} for an error inside the stream or malformed data. */
        void feed(Buffer bytes, Consumer<ChatEvent> events);

        /** The connection ended. Throws {@link ChatFailure} UPSTREAM_FAILED if the answer was not whole. */
        void end(Consumer<ChatEvent> events);
    }
}
