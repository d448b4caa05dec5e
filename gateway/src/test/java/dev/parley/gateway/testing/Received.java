package dev.parley.gateway.testing;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request as it reached {@link MockUpstream}.
 *
 * @param headers names in lower case
 * @param connection 0, 1, 2 ... by order of connecting: equal numbers mean a kept connection
 */
@SuppressWarnings("ArrayRecordComponent")
public record Received(String method, String path, Map<String, String> headers, byte[] body, int connection) {
    public Received {
        headers = Map.copyOf(headers);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
