package dev.parley.gateway.pipeline.front;

import dev.parley.chat.Protocol;
import io.vertx.core.MultiMap;

/**
 * A client's call as it came in.
 *
 * @param protocol by path
 * @param path with query, for relaying
 * @param body as read; not to be changed
 * @param headers of the client
 * @param requestId ours, sent back as {@code x-request-id} / {@code request-id}
 * @param startNanos {@code System.nanoTime()}-like clock at the request's head
 */
@SuppressWarnings("ArrayRecordComponent")
public record Inbound(
        Protocol protocol, String path, byte[] body, MultiMap headers, String requestId, long startNanos) {}
