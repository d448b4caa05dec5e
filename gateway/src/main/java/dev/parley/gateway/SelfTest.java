package dev.parley.gateway;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks the gateway itself, in every client's protocol, and says what came back. */
final class SelfTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String QUESTION = "\"messages\":[{\"role\":\"user\",\"content\":\"What is 346 + 87?\"}]";

    private SelfTest() {}

    /** The number of calls that failed. */
    static int run(String url, PrintWriter out) throws InterruptedException {
        Map<String, String> calls = new LinkedHashMap<>();
        calls.put("/v1/chat/completions", "{\"model\":\"auto\"," + QUESTION + "}");
        calls.put("/v1/messages", "{\"model\":\"auto\",\"max_tokens\":64,\"stream\":true," + QUESTION + "}");
        calls.put("/v1/responses", "{\"model\":\"auto\",\"input\":\"What is the capital of Peru?\"}");
        calls.put("/api/chat", "{\"model\":\"auto\"," + QUESTION + "}");
        int failed = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (Map.Entry<String, String> call : calls.entrySet()) {
                failed += ask(client, url + call.getKey(), call.getValue(), out) ? 0 : 1;
            }
        }
        return failed;
    }

    private static boolean ask(HttpClient client, String url, String body, PrintWriter out)
            throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        String result;
        boolean ok = false;
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            ok = response.statusCode() == 200;
            result = ok
                    ? response.headers().firstValue("x-gateway-model").orElse("?") + " answered"
                    : response.statusCode() + " " + response.body();
        } catch (IOException e) {
            result = e.toString();
        }
        out.printf("%-4s %-22s %s%n", ok ? "ok" : "FAIL", URI.create(url).getPath(), result);
        return ok;
    }
}
