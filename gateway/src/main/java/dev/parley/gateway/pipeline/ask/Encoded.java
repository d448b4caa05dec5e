package dev.parley.gateway.pipeline.ask;

import dev.parley.chat.ChatFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** Says why a body that looks right to its sender is no JSON to us. Stateless. */
public final class Encoded {
    private Encoded() {}

    /** The failure to read a body, explained if the body is compressed or begins with a byte order mark; else the same. */
    public static ChatFailure explained(ChatFailure failure, byte[] body, MultiMap headers) {
        String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            return ChatFailure.badRequest(
                    "content-encoding",
                    "The body is encoded ('content-encoding: " + printable(encoding)
                            + "'), which is not read here: send it as plain JSON, without that header.");
        }
        if (body.length > 2 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF) {
            return ChatFailure.badRequest(
                    "",
                    "The body begins with a byte order mark, which JSON does not allow (RFC 8259, 8.1): leave it out.");
        }
        return failure;
    }

    private static String printable(String header) {
        return header.substring(0, Math.min(header.length(), 40)).replaceAll("[^\\x20-\\x7e]", "?");
    }
}
