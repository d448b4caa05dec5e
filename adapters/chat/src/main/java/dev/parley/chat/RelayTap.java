package dev.parley.chat;

import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;

/**
 * Watches, and where it must edits, the bytes of an answer relayed between two sides of one protocol: rewrites {@code model}, takes
 * out usage the client did not ask for, adds a missing end mark, notices an answer that is cut or fails inside. Never parses more than
 * it needs and never holds back a whole frame. Not thread-safe.
 */
public interface RelayTap {
    /** Bytes to forward for the bytes read; possibly empty, often the same buffer. Throws {@link ChatFailure} on an error in the stream. */
    Buffer pass(Buffer read);

    /** The connection ended: last bytes to forward. Throws {@link ChatFailure} UPSTREAM_FAILED if the answer was not whole. */
    Buffer end();

    /** Usage seen so far; {@link Usage#NONE} if the backend has not said. */
    Usage usage();

    /** Finish reason of the first choice as the protocol spells it; empty until seen. */
    String finishReason();

    /** The answer's own id, by which its client may speak of it; empty until seen, and where the protocol has none. */
    String answerId();

    /** Characters of answer text seen so far, for an estimate of usage where the backend reports none. */
    long textChars();
}
