package dev.parley.gateway.pipeline;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The client's headers that go on to backends; all others, its key above all, stay here (wire-contract section 2). */
final class Forwarded {
    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final List<CharSequence> AS_THEY_ARE = List.of(
            HttpHeaders.createOptimized("anthropic-beta"),
            HttpHeaders.createOptimized("anthropic-version"),
            HttpHeaders.createOptimized("idempotency-key"),
            HttpHeaders.createOptimized("tracestate"));
    private static final int TRACE_PARENT = 55;

    private Forwarded() {}

    static Map<String, String> headers(MultiMap client, String decisionId) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (CharSequence name : AS_THEY_ARE) {
            String value = client.get(name);
            if (value != null) {
                headers.put(name.toString(), value);
            }
        }
        String parent = client.get(TRACEPARENT);
        if (parent != null && parent.length() == TRACE_PARENT) {
            String span = decisionId.substring(decisionId.length() - 16);
            headers.put("traceparent", parent.substring(0, 36) + span + parent.substring(52));
        }
        return headers;
    }
}
